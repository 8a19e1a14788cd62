//! The five roles.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who does the work. The wire names are used in SQLite, JSON, commands and exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    QAssistant,
    CodeWriter,
    TestAuditor,
    VerificationOverseer,
    ReleaseManager,
}

impl Role {
    pub const ALL: [Role; 5] = [
        Role::QAssistant,
        Role::CodeWriter,
        Role::TestAuditor,
        Role::VerificationOverseer,
        Role::ReleaseManager,
    ];

    /// The wire name ("code_writer").
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Role::QAssistant => "q_assistant",
            Role::CodeWriter => "code_writer",
            Role::TestAuditor => "test_auditor",
            Role::VerificationOverseer => "verification_overseer",
            Role::ReleaseManager => "release_manager",
        }
    }

    /// The name a person reads ("Code Writer").
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Role::QAssistant => "Q Assistant",
            Role::CodeWriter => "Code Writer",
            Role::TestAuditor => "Test Auditor",
            Role::VerificationOverseer => "Verification Overseer",
            Role::ReleaseManager => "Release Manager",
        }
    }

    /// The role of that wire name, if there is one.
    #[must_use]
    pub fn from_wire(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.wire() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}
