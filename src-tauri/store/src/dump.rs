//! All rows of one build, from every table that there is: an export forgets none that a later version adds.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value};

use crate::StoreError;

/// Rows by table. Columns are as they are stored, texts of JSON too, so that the hashes over them can be checked.
pub type Tables = BTreeMap<String, Vec<Value>>;

/// The rows that go with a build when it is deleted, its own and its project's among them.
pub fn of_workflow(connection: &Connection, id: &str) -> Result<Tables, StoreError> {
    let own = "SELECT project_id FROM build_workflows WHERE id = ?1";
    let mut which = BTreeMap::from([
        ("build_workflows".to_owned(), "id = ?1".to_owned()),
        ("projects".to_owned(), format!("id IN ({own})")),
    ]);
    let links = links(connection)?;
    // From parents to children, until no table is new.
    loop {
        let new: Vec<(String, String)> = links
            .iter()
            .filter(|link| !which.contains_key(&link.child))
            .filter_map(|link| {
                let parents = which.get(&link.parent)?;
                let Link {
                    child,
                    column,
                    parent,
                    key,
                } = link;
                let rows = format!("\"{column}\" IN (SELECT \"{key}\" FROM \"{parent}\" WHERE {parents})");
                Some((child.clone(), rows))
            })
            .collect();
        if new.is_empty() {
            break;
        }
        which.extend(new);
    }
    which
        .into_iter()
        .map(|(table, rows)| {
            let found = rows_of(connection, &format!("SELECT * FROM \"{table}\" WHERE {rows}"), id)?;
            Ok((table, found))
        })
        .collect()
}

/// Rows of `child` go with those of `parent`.
struct Link {
    child: String,
    column: String,
    parent: String,
    key: String,
}

fn links(connection: &Connection) -> Result<Vec<Link>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT t.name, f.\"from\", f.\"table\", coalesce(f.\"to\", 'id') \
         FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f \
         WHERE t.type = 'table' AND f.on_delete = 'CASCADE'",
    )?;
    let links = statement
        .query_map([], |row| {
            Ok(Link {
                child: row.get(0)?,
                column: row.get(1)?,
                parent: row.get(2)?,
                key: row.get(3)?,
            })
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(links)
}

fn rows_of(connection: &Connection, sql: &str, id: &str) -> Result<Vec<Value>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([id])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Map::new();
        for (index, name) in names.iter().enumerate() {
            let value = match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => number.into(),
                ValueRef::Real(number) => number.into(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                ValueRef::Blob(bytes) => hex::encode(bytes).into(),
            };
            columns.insert(name.clone(), value);
        }
        found.push(Value::Object(columns));
    }
    Ok(found)
}
