//! What a module may consist of, looked at before anything is compiled: with these bounds compiling
//! takes time and memory in proportion to the code, whatever the code is made of.
//!
//! The interpreter's own validator goes over the code here, so that what is counted is code; the
//! interpreter validates once more all the same.

use crate::text::Failure;
use std::collections::HashSet;
use wasmparser::{
    BinaryReaderError, BlockType, ElementItems, FuncToValidate, FuncValidatorAllocations,
    FunctionBody, Operator, Parser, Payload, TypeSectionReader, ValidPayload, Validator,
    ValidatorResources, WasmFeatures,
};

const TYPES_MAX: u32 = 1_000;
const IMPORTS_MAX: u32 = 100;
const FUNCTIONS_MAX: u32 = 10_000;
const GLOBALS_MAX: u32 = 1_000;
const EXPORTS_MAX: u32 = 100;
const SEGMENTS_MAX: u32 = 1_000; /* of elements, and as many of data */
const ELEMENTS_MAX: u32 = 65_536; /* in all segments together */
const PARAMETERS_MAX: usize = 32;
/// Every branch to a block copies its results, and to a loop its parameters: two octets of code
/// that become as many instructions.
const BLOCK_VALUES_MAX: usize = 4;
/// frame = parameters, locals, values on the stack at the same time, different constants
///
/// The interpreter clears a whole frame at each call and takes no more fuel for a large one.
const FRAME_MAX: usize = 500;

/// As the configuration of the interpreter in module.rs.
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::GC_TYPES);

#[derive(Default)]
struct Survey {
    elements: u32,
    parameters: Vec<usize>, /* of each type */
    kept: FuncValidatorAllocations,
}

pub fn check(code: &[u8]) -> Result<(), Failure> {
    let mut validator = Validator::new_with_features(FEATURES);
    let mut survey = Survey::default();

    for payload in Parser::new(0).parse_all(code) {
        let payload = payload.map_err(invalid)?;
        survey.section(&payload)?;
        if let ValidPayload::Func(function, body) = validator.payload(&payload).map_err(invalid)? {
            survey.function(function, &body)?;
        }
    }
    Ok(())
}

fn invalid(error: BinaryReaderError) -> Failure {
    Failure::bad_module(format!("not acceptable WASM: {error}"))
}

fn bound(count: u32, limit: u32, what: &str) -> Result<(), Failure> {
    if count > limit {
        return Err(Failure::bad_module(format!("it has {count} {what}, the limit is {limit}")));
    }
    Ok(())
}

impl Survey {
    /// Counts come before what is counted, and room is made for as many as they say.
    fn section(&mut self, payload: &Payload) -> Result<(), Failure> {
        match payload {
            Payload::TypeSection(types) => {
                bound(types.count(), TYPES_MAX, "types")?;
                self.types(types.clone())
            }
            Payload::ImportSection(imports) => bound(imports.count(), IMPORTS_MAX, "imports"),
            Payload::FunctionSection(all) => bound(all.count(), FUNCTIONS_MAX, "functions"),
            Payload::GlobalSection(globals) => bound(globals.count(), GLOBALS_MAX, "globals"),
            Payload::ExportSection(exports) => bound(exports.count(), EXPORTS_MAX, "exports"),
            Payload::DataSection(data) => bound(data.count(), SEGMENTS_MAX, "data segments"),
            Payload::ElementSection(segments) => {
                bound(segments.count(), SEGMENTS_MAX, "element segments")?;
                for segment in segments.clone() {
                    let count = match segment.map_err(invalid)?.items {
                        ElementItems::Functions(items) => items.count(),
                        ElementItems::Expressions(_, items) => items.count(),
                    };
                    self.elements = self.elements.saturating_add(count);
                    bound(self.elements, ELEMENTS_MAX, "elements in segments")?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn types(&mut self, types: TypeSectionReader) -> Result<(), Failure> {
        for function in types.into_iter_err_on_gc_types() {
            let function = function.map_err(invalid)?;
            let (parameters, results) = (function.params().len(), function.results().len());

            if parameters > PARAMETERS_MAX || results > BLOCK_VALUES_MAX {
                return Err(Failure::bad_module(format!(
                    "its type {} has {parameters} parameters and {results} results, the limits \
                     are {PARAMETERS_MAX} and {BLOCK_VALUES_MAX}",
                    self.parameters.len()
                )));
            }
            self.parameters.push(parameters);
        }
        Ok(())
    }

    fn function(
        &mut self,
        function: FuncToValidate<ValidatorResources>,
        body: &FunctionBody,
    ) -> Result<(), Failure> {
        let index = function.index;
        let mut validator = function.into_validator(core::mem::take(&mut self.kept));
        let mut operators = body.get_operators_reader().map_err(invalid)?;
        let mut constants = HashSet::new();
        let mut height = 0;

        validator.read_locals(&mut body.get_binary_reader()).map_err(invalid)?;
        frame(index, validator.len_locals() as usize)?;
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset().map_err(invalid)?;

            validator.op(offset, &operator).map_err(invalid)?;
            height = height.max(validator.operand_stack_height() as usize);
            match operator {
                Operator::I32Const { value } => _ = constants.insert(i64::from(value)),
                Operator::I64Const { value } => _ = constants.insert(value),
                Operator::Block { blockty }
                | Operator::Loop { blockty }
                | Operator::If { blockty } => self.block(index, blockty)?,
                _ => (),
            };
        }
        operators.finish().map_err(invalid)?;
        frame(index, validator.len_locals() as usize + height + constants.len())?;
        self.kept = validator.into_allocations();
        Ok(())
    }

    fn block(&self, function: u32, block: BlockType) -> Result<(), Failure> {
        let BlockType::FuncType(index) = block else {
            return Ok(());
        };
        let parameters = self.parameters.get(index as usize).copied().unwrap_or(0);

        if parameters > BLOCK_VALUES_MAX {
            return Err(Failure::bad_module(format!(
                "a block of its function {function} has {parameters} parameters, the limit is \
                 {BLOCK_VALUES_MAX}"
            )));
        }
        Ok(())
    }
}

fn frame(function: u32, size: usize) -> Result<(), Failure> {
    if size > FRAME_MAX {
        return Err(Failure::bad_module(format!(
            "its function {function} needs {size} values in its frame, the limit is {FRAME_MAX}"
        )));
    }
    Ok(())
}
