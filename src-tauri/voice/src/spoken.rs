//! Words that are meant for the window and not for the text. Only whole sentences are: "stop" in the middle of one is what somebody
//! wants to build.
//!
//! They are understood in every language that the window speaks, whichever it speaks now: people mix them.
//!
//! Nothing here approves, builds or releases. Who says "approve" is taken to the button, and the click is theirs.

/// A part of what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spoken {
    Text(String),
    NewLine,
    /// Sends what was dictated to Q Assistant.
    Send,
    /// Ends the dictation.
    Stop,
    Show(Place),
    Prepare(Decision),
}

/// Where the person wants to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Conversation,
    Plan,
    Work,
    Changes,
    Tests,
    Checks,
    Release,
    Timeline,
    Settings,
    NewBuild,
}

/// What only a click decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    ReadyToBuild,
    Approve,
    RequestChanges,
    RollBack,
}

/// Finds the commands in what was said.
#[must_use]
pub fn understand(said: &str) -> Vec<Spoken> {
    let mut parts: Vec<Spoken> = Vec::new();
    for sentence in sentences(said) {
        match (command(sentence), parts.last_mut()) {
            (Some(command), _) => parts.push(command),
            (None, Some(Spoken::Text(text))) => {
                text.push(' ');
                text.push_str(sentence);
            }
            (None, _) => parts.push(Spoken::Text(sentence.to_owned())),
        }
    }
    parts
}

/// Sentences, with the marks that end them.
fn sentences(said: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut begin = 0;
    let mut letters = said.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let ends = matches!(letter, '.' | '!' | '?' | '…' | '\n');
        // "index.html" is no end.
        if ends && letters.peek().is_none_or(|(_, next)| next.is_whitespace()) {
            sentences.push(said[begin..at + letter.len_utf8()].trim());
            begin = at + letter.len_utf8();
        }
    }
    sentences.push(said[begin..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

fn command(sentence: &str) -> Option<Spoken> {
    let plain: String = sentence
        .chars()
        .map(|letter| if letter.is_alphanumeric() { letter } else { ' ' })
        .collect();
    let plain = plain.to_lowercase();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let place = match words.as_slice() {
        ["show" | "open", "the", place]
        | ["show" | "open", place]
        | ["go", "to", "the", place]
        | ["go", "to", place] => Some(*place),
        ["zeig" | "zeige" | "öffne", "den" | "die" | "das", place]
        | ["zeig" | "zeige" | "öffne", place]
        | ["geh" | "gehe", "zu", "den", place]
        | ["geh" | "gehe", "zu" | "zum" | "zur", place] => Some(*place),
        ["muestra" | "abre", "el" | "la" | "los" | "las", place]
        | ["muestra" | "abre", place]
        | ["ve", "a", "la" | "los" | "las", place]
        | ["ve", "a" | "al", place] => Some(*place),
        _ => None,
    };
    if let Some(place) = place {
        return place_named(place).map(Spoken::Show);
    }
    match words.as_slice() {
        ["new", "line" | "paragraph"]
        | ["neue", "zeile"]
        | ["neuer", "absatz"]
        | ["nueva", "línea"]
        | ["línea", "nueva"]
        | ["nuevo", "párrafo"] => Some(Spoken::NewLine),
        ["send", "it" | "that" | "message"]
        | ["senden" | "abschicken"]
        | ["sende", "es"]
        | ["schick", "es", "ab"]
        | ["enviar" | "envíalo"] => Some(Spoken::Send),
        ["stop" | "stopp" | "detente"] | ["stop", "listening"] | ["hör", "auf"] | ["deja", "de", "escuchar"] => {
            Some(Spoken::Stop)
        }
        ["new" | "neuer", "build"] | ["nueva", "construcción"] => Some(Spoken::Show(Place::NewBuild)),
        ["ready", "to", "build"]
        | ["build", "it"]
        | ["start", "building"]
        | ["jetzt", "bauen"]
        | ["construir", "ahora"] => Some(Spoken::Prepare(Decision::ReadyToBuild)),
        ["approve" | "freigeben" | "aprobar" | "apruébalo"]
        | ["approve", "it" | "that"]
        | ["approve", "the", "handoff"]
        | ["release", "it"] => Some(Spoken::Prepare(Decision::Approve)),
        ["request", "changes"] | ["reject", "it"] | ["änderungen", "anfordern"] | ["pedir", "cambios"] => {
            Some(Spoken::Prepare(Decision::RequestChanges))
        }
        ["roll", "back"] | ["rollback" | "zurücksetzen" | "revertir"] | ["roll", "it", "back"] => {
            Some(Spoken::Prepare(Decision::RollBack))
        }
        _ => None,
    }
}

fn place_named(name: &str) -> Option<Place> {
    Some(match name {
        "conversation" | "chat" | "gespräch" | "conversación" => Place::Conversation,
        "plan" => Place::Plan,
        "work" | "arbeit" | "trabajo" => Place::Work,
        "changes" | "änderungen" | "cambios" => Place::Changes,
        "tests" | "pruebas" => Place::Tests,
        "checks" | "prüfungen" | "controles" => Place::Checks,
        "release" | "veröffentlichung" | "publicación" => Place::Release,
        "timeline" | "verlauf" | "historial" => Place::Timeline,
        "settings" | "einstellungen" | "ajustes" => Place::Settings,
        _ => return None,
    })
}
