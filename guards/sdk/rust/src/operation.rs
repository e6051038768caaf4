//! Record operations, as the JSON that serde makes of them (docs/guard-abi.md, Records).

use alloc::string::String;
use serde::{Deserialize, Deserializer, Serialize};

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub enum Operation {
    /// All that a guard may write goes.
    Clear,
    /// Records go: of a type or all, of a name or all, the one at an index or all.
    RemoveRecords {
        #[serde(deserialize_with = "present")]
        record: Option<String>,
        #[serde(deserialize_with = "present")]
        name: Option<String>,
        #[serde(deserialize_with = "present")]
        index: Option<u64>,
    },
    /// A record comes, in the place of its set or beside it.
    UpdateRecord {
        mode: Mode,
        record: String,
        name: String,
        content: String,
        #[serde(deserialize_with = "present")]
        ttl: Option<String>,
    },
}

#[derive(Serialize, Deserialize, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Set,
    /// The draft of the ABI spells it otherwise.
    #[serde(alias = "Appened")]
    Append,
}

/// A member that may be null, but not be left out.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}

impl Operation {
    pub fn set(name: &str, record: &str, content: &str, ttl: Option<u32>) -> Self {
        Self::update(Mode::Set, name, record, content, ttl)
    }

    pub fn append(name: &str, record: &str, content: &str, ttl: Option<u32>) -> Self {
        Self::update(Mode::Append, name, record, content, ttl)
    }

    pub fn remove(name: &str, record: &str) -> Self {
        Self::RemoveRecords { record: Some(record.into()), name: Some(name.into()), index: None }
    }

    fn update(mode: Mode, name: &str, record: &str, content: &str, ttl: Option<u32>) -> Self {
        Self::UpdateRecord {
            mode,
            record: record.into(),
            name: name.into(),
            content: content.into(),
            ttl: ttl.map(|seconds| alloc::format!("{seconds}")),
        }
    }
}

/// What `records` looks for.
#[derive(Serialize)]
pub struct Query<'a> {
    pub name: Option<&'a str>,
    pub record: Option<&'a str>,
}

/// What it finds: `name` and `ttl` as an operation takes them, names in `content` absolute.
#[derive(Deserialize, Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub name: String,
    pub record: String,
    pub ttl: String,
    pub content: String,
    /// In hex.
    pub rdata: String,
    pub index: u64,
}
