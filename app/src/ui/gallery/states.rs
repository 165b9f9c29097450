//! Gallery: messages, waiting, nothing, broken, right to left.

use super::actions::LONG;
use super::part;
use crate::ui::*;
use leptos::prelude::*;

pub(super) fn states() -> AnyView {
    let content = view! {
        <Alert title="A new version is being rolled out">
            "Runs that began before are finished by the old one. " <a href="/ui">"What changes"</a>
        </Alert>
        <Alert tone=Tone::Success title="The run has ended" />
        <Alert
            tone=Tone::Warning
            title="Two entities have the same name"
            actions=|| view! { <Button size=ButtonSize::Sm>"Compare"</Button> }
        >
            {LONG}
        </Alert>
        <Alert tone=Tone::Danger title="catalog-info.yaml:12:3">
            "expected a string for \"spec.owner\", found a list; write one owner"
        </Alert>
        <div class="grid-cards">
            <Card>
                <EmptyState
                    icon=IconName::BookOpen
                    title="No documentation yet"
                    text="Add mkdocs.yml and the annotation backstage.io/techdocs-ref to a component."
                    compact=true
                >
                    <LinkButton href="/ui" size=ButtonSize::Sm>
                        "How to add docs"
                    </LinkButton>
                </EmptyState>
            </Card>
            <Card>
                <ErrorState
                    message="The repository ./missing is not there. Check the path in the configuration."
                    request_id="01JD5Z3Q8K"
                    retry_href="/ui"
                    compact=true
                />
            </Card>
            <Card title="Loading, a list">
                <Skeleton kind=SkeletonKind::List(3) />
            </Card>
            <Card title="Loading, numbers and text">
                <div class="flow">
                    <Skeleton kind=SkeletonKind::Stats(2) />
                    <Skeleton kind=SkeletonKind::Text(3) />
                </div>
            </Card>
            <Card title="Loading, a block">
                <Skeleton kind=SkeletonKind::Block />
            </Card>
            <Card title="Loading, a table" flush=true>
                <Skeleton kind=SkeletonKind::Table(4, 3) />
            </Card>
        </div>
    };
    part("States", content.into_any())
}

pub(super) fn right_to_left(scheme: &'static str) -> AnyView {
    let content = view! {
        <div dir="rtl" lang="ar" class="flow">
            <div class="cluster">
                <StatusDot tone=Tone::Success label="يعمل" />
                <Tag text="خدمة" href="/ui" />
                <Button icon=IconName::Play>"تشغيل"</Button>
            </div>
            <Card title="خدمة الفواتير" icon=IconName::Package subtitle="تصدر الفواتير وترسلها">
                <KeyValue>
                    <KeyValueItem label="المالك">"فريق المنصة"</KeyValueItem>
                    <KeyValueItem label="المرحلة">
                        <Badge tone=Tone::Success>"إنتاج"</Badge>
                    </KeyValueItem>
                </KeyValue>
            </Card>
            <div class="form-row">
                <TextInput name="rtl" id=format!("rtl-{scheme}") label="الاسم" help="حروف وأرقام" />
                <Switch name="rtl-on" id=format!("rtl-on-{scheme}") label="إشعارات" checked=true />
            </div>
            <Stepper
                label="خطوات"
                steps=vec![
                    Step::new("جلب القالب", StepState::Done),
                    Step::new("نشر المستودع", StepState::Active),
                ]
            />
        </div>
    };
    part("Right to left", content.into_any())
}
