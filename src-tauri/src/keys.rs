//! Keys of model endpoints: in the platform's keyring, or in memory for this session, never in a file of ours.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use keyring_core::Entry;
use secrecy::{ExposeSecret, SecretString};

use crate::dto::KeyStorage;

const SERVICE: &str = "dev.qassistant.desktop";

/// The keys. The platform's keyring is asked when a key is first needed: a start without one stays quick, and no keyring
/// prompts for a password that nothing needs.
#[derive(Default)]
pub struct Keys {
    storage: OnceLock<KeyStorage>,
    session: Mutex<HashMap<String, SecretString>>,
}

impl Keys {
    /// Where keys are kept. Opens the keyring and tries it: one that cannot be written, read and deleted is none.
    pub fn storage(&self) -> KeyStorage {
        self.storage
            .get_or_init(|| match apart(|| open_platform_store().and_then(|()| probe())) {
                Ok(()) => KeyStorage::Keyring,
                Err(detail) => {
                    tracing::warn!(detail, "no keyring");
                    KeyStorage::SessionOnly
                }
            })
            .clone()
    }

    /// The key of a model, if it has one.
    pub fn get(&self, model_id: &str) -> Option<SecretString> {
        if let Some(key) = self.lock().get(model_id) {
            return Some(key.clone());
        }
        if self.storage() != KeyStorage::Keyring {
            return None;
        }
        let stored = apart(|| Entry::new(SERVICE, model_id)?.get_password());
        let key = SecretString::from(stored.ok()?);
        self.lock().insert(model_id.to_owned(), key.clone());
        Some(key)
    }

    /// All keys that were needed since the program began.
    #[must_use]
    pub fn in_use(&self) -> Vec<String> {
        let keys = self.lock();
        keys.values().map(|key| key.expose_secret().to_owned()).collect()
    }

    /// Keeps a key; an empty one removes it.
    ///
    /// # Errors
    /// What the keyring says; the key is kept for this session all the same.
    pub fn set(&self, model_id: &str, key: &SecretString) -> Result<(), String> {
        let empty = key.expose_secret().is_empty();
        if empty {
            self.lock().remove(model_id);
        } else {
            self.lock().insert(model_id.to_owned(), key.clone());
        }
        if self.storage() != KeyStorage::Keyring {
            return Ok(());
        }
        let result = apart(|| {
            let entry = Entry::new(SERVICE, model_id)?;
            if empty {
                entry.delete_credential()
            } else {
                entry.set_password(key.expose_secret())
            }
        });
        match result {
            Err(keyring_core::Error::NoEntry) | Ok(()) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, SecretString>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keyrings block on their bus, which a thread of the async runtime must not do.
fn apart<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

#[cfg(target_os = "linux")]
fn open_platform_store() -> Result<(), String> {
    let store = zbus_secret_service_keyring_store::Store::new().map_err(|error| error.to_string())?;
    keyring_core::set_default_store(store);
    Ok(())
}

#[cfg(target_os = "macos")]
fn open_platform_store() -> Result<(), String> {
    let store = apple_native_keyring_store::keychain::Store::new().map_err(|error| error.to_string())?;
    keyring_core::set_default_store(store);
    Ok(())
}

#[cfg(windows)]
fn open_platform_store() -> Result<(), String> {
    let store = windows_native_keyring_store::Store::new().map_err(|error| error.to_string())?;
    keyring_core::set_default_store(store);
    Ok(())
}

fn probe() -> Result<(), String> {
    let attempt = || -> Result<bool, keyring_core::Error> {
        let entry = Entry::new(SERVICE, "probe")?;
        entry.set_password("probe")?;
        let read = entry.get_password()?;
        entry.delete_credential()?;
        Ok(read == "probe")
    };
    match attempt() {
        Ok(true) => Ok(()),
        Ok(false) => Err("it gave back something else".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}
