//! Tables `images` and `message_images`: pictures that the person shows.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::StoreError;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// "image/png", "image/jpeg", "image/gif" or "image/webp".
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The name of a picture: the SHA-256 of its bytes.
#[must_use]
pub fn hash(image: &Image) -> String {
    hex::encode(Sha256::digest(&image.bytes))
}

/// Keeps a picture, once, and gives its name.
pub fn keep(connection: &Connection, image: &Image) -> Result<String, StoreError> {
    let hash = hash(image);
    connection
        .prepare_cached("INSERT OR IGNORE INTO images (hash, media_type, bytes) VALUES (?1, ?2, ?3)")?
        .execute(params![hash, image.media_type, image.bytes])?;
    Ok(hash)
}

/// Puts pictures that are kept beside a message.
pub fn show(connection: &Connection, message_id: &str, hashes: &[String]) -> Result<(), StoreError> {
    let mut insert =
        connection.prepare_cached("INSERT INTO message_images (message_id, position, hash) VALUES (?1, ?2, ?3)")?;
    for (position, hash) in (0_u32..).zip(hashes) {
        insert.execute(params![message_id, position, hash])?;
    }
    Ok(())
}

pub fn get(connection: &Connection, hash: &str) -> Result<Image, StoreError> {
    connection
        .prepare_cached("SELECT media_type, bytes FROM images WHERE hash = ?1")?
        .query_row([hash], |row| {
            Ok(Image {
                media_type: row.get(0)?,
                bytes: row.get(1)?,
            })
        })
        .optional()?
        .ok_or_else(|| StoreError::NotFound {
            what: "image",
            id: hash.to_owned(),
        })
}

/// Lets go of pictures that no message shows any longer.
pub fn let_go(connection: &Connection) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM images WHERE hash NOT IN (SELECT hash FROM message_images)")?
        .execute([])?;
    Ok(())
}

/// The pictures of a build's messages, by name.
pub fn of_workflow(connection: &Connection, workflow_id: &str) -> Result<Vec<(String, Image)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT DISTINCT i.hash, i.media_type, i.bytes FROM images i JOIN message_images m ON m.hash = i.hash \
         JOIN messages said ON said.id = m.message_id WHERE said.workflow_id = ?1",
    )?;
    let rows = statement
        .query_map([workflow_id], |row| {
            let image = Image {
                media_type: row.get(1)?,
                bytes: row.get(2)?,
            };
            Ok((row.get(0)?, image))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(rows)
}
