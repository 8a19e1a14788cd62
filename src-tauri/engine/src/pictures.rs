//! Pictures that the person shows: what is taken, and how they reach a model.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use models::{Image, Message};
use store::images;
use store::messages::Message as Said;

use crate::{Engine, ServiceError};

/// The largest picture that is taken, in bytes. Anthropic and others refuse larger ones.
pub const MAX_IMAGE_BYTES: usize = 5 * 1024 * 1024;
/// So many pictures go with one message.
pub const MAX_IMAGES: usize = 6;
/// So many are put before a role at its beginning, the newest ones.
const SHOWN: usize = 8;

/// Looks at what is to be shown. What it is, is told by its first bytes and by nothing else.
///
/// # Errors
/// A sentence for the person: too many, too large, or no picture that models take.
pub fn accept(shown: Vec<Vec<u8>>) -> Result<Vec<images::Image>, ServiceError> {
    if shown.len() > MAX_IMAGES {
        return Err(ServiceError::invalid(format!(
            "A message takes {MAX_IMAGES} pictures at most. Send the others with the next one."
        )));
    }
    shown.into_iter().map(accept_one).collect()
}

fn accept_one(bytes: Vec<u8>) -> Result<images::Image, ServiceError> {
    if bytes.len() > MAX_IMAGE_BYTES {
        return Err(ServiceError::invalid(format!(
            "This picture has {} MB, more than the {} MB that models take. Make it smaller.",
            bytes.len().div_ceil(1024 * 1024),
            MAX_IMAGE_BYTES / 1024 / 1024
        )));
    }
    let media_type = match bytes.as_slice() {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [b'G', b'I', b'F', b'8', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => {
            return Err(ServiceError::invalid(
                "This is no picture that models take. Show a PNG, JPEG, GIF or WebP; put other files into the project.",
            ));
        }
    };
    Ok(images::Image {
        media_type: media_type.to_owned(),
        bytes,
    })
}

/// The pictures of these messages, the newest of them, ready for a model.
pub(crate) fn of<'a>(
    engine: &Engine,
    said: impl DoubleEndedIterator<Item = &'a Said>,
) -> Result<Vec<Image>, ServiceError> {
    let mut names: Vec<&String> = said
        .rev()
        .flat_map(|message| message.images.iter().rev())
        .take(SHOWN)
        .collect();
    names.reverse();
    names.into_iter().map(|name| fetch(engine, name)).collect()
}

/// Gives a conversation that was kept its pictures back.
pub(crate) fn fetch_all(engine: &Engine, messages: &mut [Message]) -> Result<(), ServiceError> {
    for message in messages {
        if let Message::User { images, .. } = message {
            for image in images.iter_mut().filter(|image| image.data.is_empty()) {
                *image = fetch(engine, &image.hash)?;
            }
        }
    }
    Ok(())
}

fn fetch(engine: &Engine, hash: &str) -> Result<Image, ServiceError> {
    let name = hash.to_owned();
    let store = engine.service().store();
    let kept = store.read(move |db| Ok::<_, ServiceError>(images::get(db, &name)?))?;
    Ok(Image {
        media_type: kept.media_type,
        hash: hash.to_owned(),
        data: Arc::from(STANDARD.encode(kept.bytes)),
    })
}
