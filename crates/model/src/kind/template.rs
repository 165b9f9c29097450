//! Template: a form and the steps that make something from it.

use super::parts::{Kind, TEXT, owner};
use crate::kind::shape::{Rule, Shape};

pub(super) const KIND: Kind = Kind {
    name: "Template",
    api_versions: &["scaffolder.backstage.io/v1beta3"],
    spec: Shape {
        required: &["type", "steps"],
        properties: &[
            ("type", TEXT),
            ("owner", TEXT),
            ("lifecycle", TEXT),
            ("parameters", Rule::Either(&BLOCK, &Rule::List(&PAGE))),
            (
                "secrets",
                Rule::Object(&Shape { properties: &[("schema", ANY_OBJECT)], ..Shape::OPEN }),
            ),
            ("presentation", PRESENTATION),
            (
                "EXPERIMENTAL_recovery",
                Rule::Object(&Shape {
                    properties: &[("EXPERIMENTAL_strategy", ANY_TEXT)],
                    ..Shape::OPEN
                }),
            ),
            ("formDecorators", Rule::List(&DECORATOR)),
            ("EXPERIMENTAL_formDecorators", Rule::List(&DECORATOR)),
            ("steps", Rule::List(&STEP)),
            ("output", OUTPUT),
        ],
        ..Shape::OPEN
    },
    references: &[owner()],
};

const ANY_TEXT: Rule = Rule::Text { min: 0 };

const ANY_OBJECT: Rule = Rule::Object(&Shape::OPEN);

const PERMISSIONS: Rule =
    Rule::Object(&Shape { properties: &[("tags", Rule::List(&ANY_TEXT))], ..Shape::OPEN });

/// The only page of a form; its JSON Schema is looked at where the form is made.
const BLOCK: Rule =
    Rule::Object(&Shape { properties: &[("backstage:permissions", PERMISSIONS)], ..Shape::OPEN });

/// One of several pages, which can depend on the pages before it.
const PAGE: Rule = Rule::Object(&Shape {
    properties: &[("when", Rule::TextOrBoolean), ("backstage:permissions", PERMISSIONS)],
    ..Shape::OPEN
});

const PRESENTATION: Rule = Rule::Object(&Shape {
    properties: &[(
        "buttonLabels",
        Rule::Object(&Shape {
            properties: &[
                ("backButtonText", ANY_TEXT),
                ("createButtonText", ANY_TEXT),
                ("reviewButtonText", ANY_TEXT),
            ],
            ..Shape::OPEN
        }),
    )],
    ..Shape::OPEN
});

const DECORATOR: Rule =
    Rule::Object(&Shape { properties: &[("id", ANY_TEXT), ("input", ANY_OBJECT)], ..Shape::OPEN });

const STEP: Rule = Rule::Object(&Shape {
    required: &["action"],
    properties: &[
        ("id", ANY_TEXT),
        ("name", ANY_TEXT),
        ("action", ANY_TEXT),
        ("input", ANY_OBJECT),
        ("if", Rule::TextOrBoolean),
        ("backstage:permissions", PERMISSIONS),
    ],
    ..Shape::OPEN
});

const OUTPUT: Rule = Rule::Object(&Shape {
    properties: &[
        (
            "links",
            Rule::List(&Rule::Object(&Shape {
                properties: &[
                    ("if", Rule::TextOrBoolean),
                    ("url", TEXT),
                    ("entityRef", TEXT),
                    ("title", TEXT),
                    ("icon", TEXT),
                ],
                ..Shape::OPEN
            })),
        ),
        (
            "text",
            Rule::List(&Rule::Object(&Shape {
                properties: &[
                    ("if", Rule::TextOrBoolean),
                    ("title", TEXT),
                    ("icon", TEXT),
                    ("content", ANY_TEXT),
                ],
                ..Shape::OPEN
            })),
        ),
    ],
    others: Some(&ANY_TEXT),
    ..Shape::OPEN
});
