//! What went wrong, in words for the owner of a zone.

use crate::EngineResult;
use wasmi::errors::{ErrorKind, InstantiationError, MemoryError, TableError};
use wasmi::{Error, TrapCode};

/// A result and the text that goes with it.
#[derive(Debug)]
pub struct Failure {
    result: EngineResult,
    text: String,
}

impl Failure {
    pub fn misuse() -> Self {
        Self { result: EngineResult::Misuse, text: "misuse of the engine".into() }
    }

    pub fn bad_module(text: impl Into<String>) -> Self {
        Self { result: EngineResult::BadModule, text: text.into() }
    }

    pub fn no_memory() -> Self {
        Self { result: EngineResult::NoMemory, text: "no memory for an instance".into() }
    }

    pub fn out_of_fuel() -> Self {
        Self { result: EngineResult::Trap, text: "out of fuel".into() }
    }

    /// Of an instance being made or running.
    pub fn of_run(error: &Error) -> Self {
        if error.i32_exit_status().is_some() {
            return Self { result: EngineResult::Stopped, text: String::new() };
        }
        if let ErrorKind::Instantiation(error) = error.kind() {
            return Self::of_instantiation(error);
        }
        let text = match error.as_trap_code() {
            Some(code) => trap_text(code).into(),
            None => format!("trap: {error}"),
        };
        Self { result: EngineResult::Trap, text }
    }

    fn of_instantiation(error: &InstantiationError) -> Self {
        let text = match error {
            InstantiationError::FailedToInstantiateMemory(MemoryError::OutOfSystemMemory)
            | InstantiationError::FailedToInstantiateTable(TableError::OutOfSystemMemory) => {
                return Self::no_memory();
            }
            InstantiationError::FailedToInstantiateMemory(_) => {
                "its memory is larger than the limit".into()
            }
            InstantiationError::FailedToInstantiateTable(_) => {
                "its table is larger than the limit".into()
            }
            InstantiationError::ElementSegmentDoesNotFit { .. } => {
                "an element segment does not fit its table".into()
            }
            other => other.to_string(),
        };
        Self { result: EngineResult::BadModule, text }
    }

    pub fn result(&self) -> EngineResult {
        self.result
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

fn trap_text(code: TrapCode) -> &'static str {
    match code {
        TrapCode::UnreachableCodeReached => "trap: unreachable",
        TrapCode::MemoryOutOfBounds => "trap: access outside memory",
        TrapCode::TableOutOfBounds => "trap: access outside a table",
        TrapCode::IndirectCallToNull => "trap: call of an empty table element",
        TrapCode::IntegerDivisionByZero => "trap: division by zero",
        TrapCode::IntegerOverflow => "trap: integer overflow",
        TrapCode::BadConversionToInteger => "trap: bad conversion to integer",
        TrapCode::StackOverflow => "call stack exhausted",
        TrapCode::BadSignature => "trap: indirect call with another signature",
        TrapCode::OutOfFuel => "out of fuel",
        TrapCode::GrowthOperationLimited => "trap: growth past a limit",
    }
}
