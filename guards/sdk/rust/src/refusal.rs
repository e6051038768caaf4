//! A no, and its reason.

use alloc::string::{String, ToString};
use core::fmt;

/// Why a request is refused: what `fail` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

pub type Result<T = ()> = core::result::Result<T, Refusal>;

impl From<&str> for Refusal {
    fn from(words: &str) -> Self {
        Self(words.into())
    }
}

impl From<String> for Refusal {
    fn from(words: String) -> Self {
        Self(words)
    }
}

impl From<fmt::Arguments<'_>> for Refusal {
    fn from(words: fmt::Arguments) -> Self {
        Self(words.to_string())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
