//! Rows of history over all entities, the newest first. Every question is bounded: a page by its
//! size, a count by what it counts at most. All of them may be a little late.

use super::history::VersionRow;
use db::{Db, DbError, Query, Row, Value, query};
use model::history::Change;
use model::time::Timestamp;

/// Which rows; empty texts for any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ChangeFilter {
    /// Only versions after this one.
    pub(crate) after: i64,
    /// Only versions up to this one.
    pub(crate) last: i64,
    pub(crate) kind: String,
    pub(crate) owner_ref: String,
    pub(crate) principal: String,
    pub(crate) change: String,
    pub(crate) entity_ref: String,
}

/// What facets are counted from.
#[derive(Debug, Clone)]
pub(crate) struct FacetRow {
    pub(crate) changed_at: Timestamp,
    pub(crate) kind: String,
    pub(crate) owner_ref: String,
    pub(crate) principal: String,
    pub(crate) change: Change,
}

impl ChangeFilter {
    /// The conditions with their values. Entities that stand for sources are no changes of the
    /// catalog that anybody made.
    fn conditions(&self) -> (String, Vec<Value>) {
        let mut sql = "version_id > $1 and version_id <= $2".to_owned();
        let mut values: Vec<Value> = vec![self.after.into(), self.last.into()];
        let equal = [
            ("kind", &self.kind),
            ("owner_ref", &self.owner_ref),
            ("principal", &self.principal),
            ("change_type", &self.change),
            ("entity_ref", &self.entity_ref),
        ];
        for (column, value) in equal.into_iter().filter(|(_, value)| !value.is_empty()) {
            values.push(value.as_str().into());
            sql.push_str(&format!(" and {column} = ${}", values.len()));
        }
        // These are what partial indexes hold, so they are said again.
        if !self.principal.is_empty() && !self.principal.starts_with("system:") {
            sql.push_str(" and principal not like 'system:%'");
        }
        if !self.change.is_empty() && self.change != Change::Added.name() {
            sql.push_str(" and change_type <> 'added'");
        }
        sql.push_str(" and entity_ref not like 'location:default/generated-%'");
        (sql, values)
    }
}

fn bound(sql: String, values: Vec<Value>) -> Query {
    values.into_iter().fold(query(sql), Query::bind)
}

/// At most so many versions, the newest first.
pub(crate) async fn changes_page(
    db: &Db,
    filter: &ChangeFilter,
    limit: i64,
) -> Result<Vec<VersionRow>, DbError> {
    let (conditions, mut values) = filter.conditions();
    values.push(limit.into());
    let sql = format!(
        "select version_id, entity_ref, change_type, location, principal, changed_at, owner_ref,
                summary, case when summary is null then undo else '' end as undo
         from catalog_version where {conditions} order by version_id desc limit ${}",
        values.len()
    );
    db.replica().fetch_all(bound(sql, values)).await?.iter().map(VersionRow::from_row).collect()
}

/// How many versions there are, counted up to `most`.
pub(crate) async fn changes_count(
    db: &Db,
    filter: &ChangeFilter,
    most: i64,
) -> Result<i64, DbError> {
    let (conditions, mut values) = filter.conditions();
    values.push(most.into());
    let sql = format!(
        "select count(*) as n from (
             select version_id from catalog_version where {conditions} limit ${}
         ) as counted",
        values.len()
    );
    db.replica().fetch_optional(bound(sql, values)).await?.map_or(Ok(0), |row| row.get("n"))
}

/// The newest versions, for counting what filters offer.
pub(crate) async fn changes_facets(
    db: &Db,
    filter: &ChangeFilter,
    most: i64,
) -> Result<Vec<FacetRow>, DbError> {
    let (conditions, mut values) = filter.conditions();
    values.push(most.into());
    let sql = format!(
        "select changed_at, kind, owner_ref, principal, change_type
         from catalog_version where {conditions} order by version_id desc limit ${}",
        values.len()
    );
    let from = |row: &Row| {
        Ok(FacetRow {
            changed_at: Timestamp(row.get("changed_at")?),
            kind: row.get("kind")?,
            owner_ref: row.get("owner_ref")?,
            principal: row.get("principal")?,
            change: Change::of(&row.get::<String>("change_type")?),
        })
    };
    db.replica().fetch_all(bound(sql, values)).await?.iter().map(from).collect()
}

/// The number of the last version made before a moment; 0 for none.
pub(crate) async fn version_before(db: &Db, at: Timestamp) -> Result<i64, DbError> {
    let statement = query(
        "select version_id from catalog_version where changed_at < $1
         order by changed_at desc, version_id desc limit 1",
    );
    db.replica()
        .fetch_optional(statement.bind(at))
        .await?
        .map_or(Ok(0), |row| row.get("version_id"))
}
