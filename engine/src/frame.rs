//! How large the frames of a module's functions are. The interpreter clears a whole frame at each
//! call and takes no more fuel for a large one: without a bound, a module that calls a function of
//! 30,000 locals for ever runs some hundred times as long as its fuel says.
//!
//!   frame = parameters, locals, values on the stack at the same time, different constants

use std::collections::HashSet;
use wasmparser::{FuncValidator, Operator, Parser, ValidPayload, Validator, ValidatorResources};
use wasmparser::{BinaryReaderError, FunctionBody, WasmFeatures};

/// The most a frame may have: with it, calls cost up to five times the time of other code.
pub const FRAME_MAX: usize = 1_000;

/// The number of the first function whose frame is larger than FRAME_MAX, and its size. The module
/// is valid: the engine has taken it.
pub fn too_large(code: &[u8]) -> Result<Option<(u32, usize)>, BinaryReaderError> {
    let mut validator = Validator::new_with_features(WasmFeatures::all());

    for payload in Parser::new(0).parse_all(code) {
        if let ValidPayload::Func(function, body) = validator.payload(&payload?)? {
            let index = function.index;
            let size = size_of(function.into_validator(Default::default()), &body)?;
            if size > FRAME_MAX {
                return Ok(Some((index, size)));
            }
        }
    }
    Ok(None)
}

fn size_of(
    mut function: FuncValidator<ValidatorResources>,
    body: &FunctionBody,
) -> Result<usize, BinaryReaderError> {
    let mut height = 0;
    let mut constants = HashSet::new();
    let mut operators = body.get_operators_reader()?;

    function.read_locals(&mut body.get_binary_reader())?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;

        function.op(offset, &operator)?;
        height = height.max(function.operand_stack_height() as usize);
        match operator {
            Operator::I32Const { value } => constants.insert(i64::from(value)),
            Operator::I64Const { value } => constants.insert(value),
            _ => continue,
        };
    }
    Ok(function.len_locals() as usize + height + constants.len())
}
