//! JSON for serde, without floating point: structures, enums, sequences, strings, integers, null.
//!
//! Reading is strict: UTF-8 without NUL, nothing deeper than 8, whole numbers only, nothing behind.

mod read;
mod write;

use crate::Refusal;
use alloc::vec::Vec;
use core::fmt;
use serde::de::{DeserializeOwned, Expected, Unexpected};
use serde::Serialize;

pub fn to_vec<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, Refusal> {
    let mut writer = write::Writer::default();

    value.serialize(&mut writer)?;
    Ok(writer.octets)
}

pub fn from_slice<T: DeserializeOwned>(octets: &[u8]) -> Result<T, Refusal> {
    let Ok(text) = core::str::from_utf8(octets) else {
        return Err("JSON: not UTF-8".into());
    };
    let mut reader = read::Reader::new(text);
    let value = T::deserialize(&mut reader)?;

    reader.end()?;
    Ok(value)
}

impl core::error::Error for Refusal {}

impl serde::ser::Error for Refusal {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(alloc::format!("JSON: {words}"))
    }
}

/// serde's own words would show floating-point numbers, and bring their printing with them.
impl serde::de::Error for Refusal {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(alloc::format!("JSON: {words}"))
    }

    fn invalid_type(_: Unexpected, expected: &dyn Expected) -> Self {
        Self(alloc::format!("JSON: not {expected}"))
    }

    fn invalid_value(_: Unexpected, expected: &dyn Expected) -> Self {
        Self(alloc::format!("JSON: not {expected}"))
    }
}
