//! Arrangements of the list that people name, open the list with and share.

use crate::Catalog;
use crate::listing::listed;
use crate::stars::stars;
use crate::store::personal::{self, ViewRow};
use access::{OpContext, Permission};
use db::ResultExt as _;
use model::catalog::EntityQuery;
use model::listing::{
    ALL, ListColumn, ListPage, MissingView, OWNED, STARRED, SavedView, ViewChanged,
};
use model::session::Person;
use model::time::Timestamp;
use model::{Error, FieldError, Result};
use serde_json::json;

/// How many views one person may save.
const MAX_VIEWS: usize = 50;

/// How long a name may be, in characters.
const MAX_NAME: usize = 60;

/// How long a removed view can be brought back, in milliseconds.
const UNDO_FOR: i64 = 24 * 3_600_000;

impl Catalog {
    /// The list as the person who asks has arranged it: one page, the views, and what is shown by
    /// the view that was asked for or that the list opens with.
    pub async fn list_page(&self, op: &OpContext, query: &EntityQuery) -> Result<ListPage> {
        op.authorize(Permission::CatalogEntityRead)?;
        let state = self.state(op)?;
        let kept = Kept::of(op).await?;
        let missing = kept.missing(op, &query.view).await?;
        let asked = kept.asked(query);
        let stars = stars(op).await?;
        let listed = listed(op, &state, &asked, &stars);
        let held = self.held_runs(op).unwrap_or_default();
        Ok(ListPage {
            pending_removals: held.iter().map(|run| run.total).sum(),
            current: kept.current(&asked),
            columns: ListColumn::shown(&asked.columns),
            personal: op.principal.person().is_some(),
            totals: listed.totals,
            views: kept.views.iter().map(|row| kept.view(row)).collect(),
            default_view: kept.default_view,
            etag: listed.etag,
            list: listed.list,
            asked,
            missing,
        })
    }

    /// Changes a view: `save` a new one, `rename`, `replace` what it shows, `share`, `unshare`,
    /// `remove`, `restore`, or open the list with it (`default`), or with everything
    /// (`no-default`). `query` is what an address says after the question mark. Only its author
    /// may change a view.
    pub async fn view_change(
        &self,
        op: &OpContext,
        id: &str,
        change: &str,
        name: &str,
        query: &str,
    ) -> Result<ViewChanged> {
        op.authorize(Permission::CatalogViewUpdate)?;
        let Some(person) = op.principal.person() else {
            return Err(Error::unauthenticated("Sign in to save views of your own."));
        };
        match change {
            "save" => save(op, person, name, query).await,
            "default" | "no-default" => open_with(op, person, id, change == "default").await,
            _ => edit(op, person, id, change, name, query).await,
        }
    }
}

/// What somebody keeps about the list.
struct Kept<'a> {
    person: Option<&'a Person>,
    views: Vec<ViewRow>,
    default_view: String,
}

impl<'a> Kept<'a> {
    async fn of(op: &'a OpContext) -> Result<Kept<'a>> {
        let Some(person) = op.principal.person() else {
            return Ok(Kept { person: None, views: Vec::new(), default_view: String::new() });
        };
        let views = personal::view_all(op.db(), &person.user_ref).await?;
        let default_view = personal::default_get(op.db(), &person.user_ref).await?;
        let there =
            |id: &String| built_in(id).is_some() || views.iter().any(|row| row.view_id == *id);
        let default_view = default_view.filter(there).unwrap_or_default();
        Ok(Kept { person: Some(person), views, default_view })
    }

    /// What a view shows.
    fn query(&self, id: &str) -> Option<EntityQuery> {
        let saved = || Some(read(&self.views.iter().find(|row| row.view_id == id)?.query));
        built_in(id).or_else(saved)
    }

    /// What is shown for what was asked.
    fn asked(&self, query: &EntityQuery) -> EntityQuery {
        let view = match query.is_open() {
            true => &self.default_view,
            false => &query.view,
        };
        if view.is_empty() {
            // Taking the last filter away must not lead to the view the list opens with.
            let base = match query.base.is_empty() && !self.default_view.is_empty() {
                true => ALL.to_owned(),
                false => query.base.clone(),
            };
            return EntityQuery { base, ..query.clone() };
        }
        let shown = self.query(view).unwrap_or_default();
        EntityQuery { view: view.clone(), page: query.page, ..shown }
    }

    /// The view that shows this: the one that was asked for before others. The columns and the
    /// order of a built-in view are anybody's own.
    fn current(&self, asked: &EntityQuery) -> String {
        let shown = asked.shown();
        let saved = self.views.iter().map(|row| row.view_id.as_str());
        let named = [asked.view.as_str(), asked.base.as_str()];
        let fits = |id: &&str| self.query(id).is_some_and(|query| query.shown() == shown);
        if let Some(id) = named.into_iter().chain(saved).find(fits) {
            return id.to_owned();
        }
        if self.views.iter().any(|row| row.view_id == asked.base) {
            return String::new();
        }
        let narrowed = EntityQuery { columns: String::new(), sort: String::new(), ..shown };
        let built_in = [ALL, OWNED, STARRED]
            .into_iter()
            .find(|id| built_in(id).is_some_and(|query| query.shown() == narrowed));
        built_in.unwrap_or_default().to_owned()
    }

    /// A view that was asked for by its id and cannot be shown.
    async fn missing(&self, op: &OpContext, id: &str) -> Result<Option<MissingView>> {
        if id.is_empty() || self.query(id).is_some() {
            return Ok(None);
        }
        let row = match self.person {
            Some(_) => personal::view_get(op.db(), id).await?,
            None => None,
        };
        let mine = row.filter(|row| self.person.is_some_and(|one| one.user_ref == row.user_ref));
        Ok(Some(MissingView { id: id.to_owned(), removed: mine.map(|row| row.name) }))
    }

    fn view(&self, row: &ViewRow) -> SavedView {
        SavedView {
            id: row.view_id.clone(),
            name: row.name.clone(),
            author: row.author.clone(),
            mine: self.person.is_some_and(|person| person.user_ref == row.user_ref),
            shared: row.shared,
        }
    }
}

/// What a built-in view shows.
fn built_in(id: &str) -> Option<EntityQuery> {
    let plain = EntityQuery { page: 1, ..EntityQuery::default() };
    Some(match id {
        ALL => plain,
        OWNED => EntityQuery { owned: "me".to_owned(), ..plain },
        STARRED => EntityQuery { starred: "1".to_owned(), ..plain },
        _ => return None,
    })
}

async fn save(op: &OpContext, person: &Person, name: &str, query: &str) -> Result<ViewChanged> {
    let name = named(name)?;
    let views = personal::view_all(op.db(), &person.user_ref).await?;
    if views.iter().filter(|row| row.user_ref == person.user_ref).count() >= MAX_VIEWS {
        return Err(Error::conflict(format!(
            "You have saved {MAX_VIEWS} views. Remove one of them first."
        )));
    }
    let row = ViewRow {
        view_id: access::random_id(6),
        user_ref: person.user_ref.clone(),
        author: person.display_name.clone(),
        name,
        query: written(&read(query)),
        shared: false,
        removed_at: None,
    };
    write(op, &row, "save").await?;
    let done = format!("Saved \u{201c}{}\u{201d}", row.name);
    Ok(ViewChanged { id: row.view_id, done, removed: false, open: true })
}

/// Changes a view that is there, or brings one back.
async fn edit(
    op: &OpContext,
    person: &Person,
    id: &str,
    change: &str,
    name: &str,
    query: &str,
) -> Result<ViewChanged> {
    let found = personal::view_get(op.db(), id).await?;
    // What others keep for themselves is not there for anybody else.
    let visible = |row: &ViewRow| row.user_ref == person.user_ref || row.shared;
    let row = found.filter(|row| visible(row) && (row.removed_at.is_none() || change == "restore"));
    let Some(mut row) = row else {
        return Err(Error::not_found("This view is not there any more."));
    };
    if row.user_ref != person.user_ref {
        return Err(Error::forbidden(format!(
            "Only {} may change this view. Save one of your own instead.",
            row.author
        )));
    }
    let before = row.name.clone();
    match change {
        "rename" => row.name = named(name)?,
        "replace" => row.query = written(&read(query)),
        "share" => row.shared = true,
        "unshare" => row.shared = false,
        "remove" => row.removed_at = Some(access::now()),
        "restore" => row.removed_at = None,
        _ => {
            return Err(Error::invalid(format!(
                "There is no change \"{change}\" of a view. Reload the page and try again."
            )));
        }
    }
    write(op, &row, change).await?;
    let quoted = format!("\u{201c}{}\u{201d}", row.name);
    let done = match change {
        "rename" => format!("\u{201c}{before}\u{201d} is called {quoted} now"),
        "replace" => format!("{quoted} shows this from now on"),
        "share" => format!("{quoted} is shared with everyone"),
        "unshare" => format!("{quoted} is yours alone now"),
        "remove" => format!("Removed {quoted}"),
        _ => format!("{quoted} is back"),
    };
    let open = matches!(change, "replace" | "restore");
    Ok(ViewChanged { id: row.view_id, done, removed: change == "remove", open })
}

async fn open_with(op: &OpContext, person: &Person, id: &str, set: bool) -> Result<ViewChanged> {
    let views = personal::view_all(op.db(), &person.user_ref).await?;
    let row = views.iter().find(|row| row.view_id == id);
    let name = match (row, id) {
        (Some(row), _) => row.name.as_str(),
        (None, OWNED) => "Owned by me",
        (None, STARRED) => "Starred",
        (None, _) if !set || id == ALL => "All",
        _ => return Err(Error::not_found("This view is not there any more.")),
    };
    let chosen = Some(id).filter(|id| set && *id != ALL);
    let mut tx = op.db().begin().await?;
    personal::default_put(&mut tx, &person.user_ref, chosen).await?;
    tx.commit().await?;
    let done = match chosen {
        Some(_) => format!("The catalog opens with \u{201c}{name}\u{201d}"),
        None => "The catalog opens with everything".to_owned(),
    };
    Ok(ViewChanged { id: id.to_owned(), done, removed: false, open: false })
}

async fn write(op: &OpContext, row: &ViewRow, change: &str) -> Result<()> {
    let at = access::now();
    let mut tx = op.db().begin().await?;
    let taken = || {
        let message = format!("You have a view called \u{201c}{}\u{201d} already.", row.name);
        Error::invalid_fields(message.clone(), vec![FieldError::new("/name", message)])
    };
    personal::view_put(&mut tx, row, at).await.on_constraint("catalog_view_name", taken)?;
    personal::view_sweep(&mut tx, Timestamp(at.0 - UNDO_FOR)).await?;
    let detail = json!({"action": change, "name": row.name, "shared": row.shared});
    activity::record(op, &mut tx, "catalog-view-mutate", &row.view_id, &detail).await?;
    tx.commit().await?;
    Ok(())
}

fn named(name: &str) -> Result<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let length = name.chars().count();
    if length == 0 || length > MAX_NAME {
        let message = format!("A view needs a name of at most {MAX_NAME} characters.");
        return Err(Error::invalid_fields(
            message.clone(),
            vec![FieldError::new("/name", message)],
        ));
    }
    Ok(name)
}

/// A query as it is kept.
fn written(query: &EntityQuery) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.shown().pairs());
    text.finish()
}

fn read(text: &str) -> EntityQuery {
    let text = text.trim_start_matches('?').as_bytes();
    let pairs: Vec<_> = url::form_urlencoded::parse(text).into_owned().collect();
    let value = |key: &str| {
        let found = pairs.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    EntityQuery::from_address(value).shown()
}
