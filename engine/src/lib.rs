//! wasmi behind a C header: see engine.h, which this file mirrors item by item.
//!
//! Every pointer that comes in is checked for NULL before it is used; that it points at what the
//! header says is the caller's part of the contract. A panic ends the process (panic = "abort").

mod call;
mod module;
mod survey;
mod text;

use call::Callback;
use core::ffi::{c_char, c_void, CStr};
use module::{Interface, Module};
use sha3::{Digest, Keccak256};
use text::Failure;

/// `enum engine_result`.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EngineResult {
    Ok = 0,
    BadModule,
    Trap,
    Stopped,
    NoMemory,
    Misuse,
}

/// `struct engine_import`.
#[repr(C)]
pub struct EngineImport {
    name: *const c_char,
    signature: *const c_char,
}

/// `struct engine_interface`.
#[repr(C)]
pub struct EngineInterface {
    module: *const c_char,
    imports: *const EngineImport,
    import_count: usize,
    entries: *const *const c_char,
    entry_count: usize,
}

/// `struct engine_shape`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EngineShape {
    stack: u32,
    recursion: u32,
}

/// `struct engine_bounds`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct EngineBounds {
    memory: u32,
    table: u32,
    fuel: u64,
    fuel_per_instance: u32,
    fuel_per_code_octet: u32,
    fuel_per_page: u32,
}

/// `struct engine_text`.
#[repr(C)]
pub struct EngineText {
    text: *mut c_char,
    size: usize,
}

/// A terminated text of the caller's.
///
/// # Safety
/// `text` is NULL or points at a terminated text that outlives `'a`.
unsafe fn text_of<'a>(text: *const c_char) -> Option<&'a str> {
    if text.is_null() {
        return None;
    }
    unsafe { CStr::from_ptr(text) }.to_str().ok()
}

/// An array of the caller's.
///
/// # Safety
/// `first` is NULL or points at `count` elements that outlive `'a`.
unsafe fn slice_of<'a, T>(first: *const T, count: usize) -> Option<&'a [T]> {
    if count == 0 {
        return Some(&[]);
    }
    if first.is_null() || count > isize::MAX as usize / core::mem::size_of::<T>().max(1) {
        return None;
    }
    Some(unsafe { core::slice::from_raw_parts(first, count) })
}

/// Our own copy of the caller's tables; None when they break the contract.
///
/// # Safety
/// As `engine_interface` in engine.h says.
unsafe fn interface_of(interface: &EngineInterface) -> Option<Interface> {
    let imports = unsafe { slice_of(interface.imports, interface.import_count) }?;
    let entries = unsafe { slice_of(interface.entries, interface.entry_count) }?;
    let mut result = Interface::new(unsafe { text_of(interface.module) }?);

    for import in imports {
        let name = unsafe { text_of(import.name) }?;
        let signature = unsafe { text_of(import.signature) }?;
        result.add_import(name, signature)?;
    }
    for entry in entries {
        result.add_entry(unsafe { text_of(*entry) }?);
    }
    Some(result)
}

/// Hand a failure over to the caller's buffer.
///
/// # Safety
/// `text` is NULL or as `engine_text` in engine.h says.
unsafe fn report(text: *const EngineText, failure: &Failure) -> EngineResult {
    if let Some(text) = unsafe { text.as_ref() } {
        if !text.text.is_null() && text.size > 0 {
            let octets = failure.text().as_bytes();
            let count = octets.len().min(text.size - 1);
            let target = text.text.cast::<u8>();

            unsafe {
                core::ptr::copy_nonoverlapping(octets.as_ptr(), target, count);
                target.add(count).write(0);
            }
        }
    }
    failure.result()
}

/// # Safety
/// See engine.h.
#[no_mangle]
pub unsafe extern "C" fn engine_compile(
    interface: *const EngineInterface,
    shape: *const EngineShape,
    code: *const u8,
    code_size: usize,
    module: *mut *mut Module,
    text: *const EngineText,
) -> EngineResult {
    let (Some(interface), Some(shape), Some(module)) =
        (unsafe { interface.as_ref() }, unsafe { shape.as_ref() }, unsafe { module.as_mut() })
    else {
        return unsafe { report(text, &Failure::misuse()) };
    };
    *module = core::ptr::null_mut();
    let (Some(interface), Some(code)) =
        (unsafe { interface_of(interface) }, unsafe { slice_of(code, code_size) })
    else {
        return unsafe { report(text, &Failure::misuse()) };
    };
    match Module::compile(&interface, *shape, code) {
        Ok(compiled) => {
            *module = Box::into_raw(Box::new(compiled));
            EngineResult::Ok
        }
        Err(failure) => unsafe { report(text, &failure) },
    }
}

/// # Safety
/// See engine.h.
#[no_mangle]
pub unsafe extern "C" fn engine_module_free(module: *mut Module) {
    if !module.is_null() {
        drop(unsafe { Box::from_raw(module) });
    }
}

/// # Safety
/// See engine.h.
#[no_mangle]
pub unsafe extern "C" fn engine_call(
    module: *const Module,
    entry: usize,
    bounds: *const EngineBounds,
    callback: Option<Callback>,
    context: *mut c_void,
    used: *mut u64,
    text: *const EngineText,
) -> EngineResult {
    let (Some(module), Some(bounds), Some(callback), Some(used)) =
        (unsafe { module.as_ref() }, unsafe { bounds.as_ref() }, callback, unsafe {
            used.as_mut()
        })
    else {
        return unsafe { report(text, &Failure::misuse()) };
    };
    match call::call(module, entry, *bounds, callback, context, used) {
        Ok(()) => EngineResult::Ok,
        Err(failure) => unsafe { report(text, &failure) },
    }
}

/// The interpreter and its version, of which fuel depends. A test compares it with Cargo.lock.
#[no_mangle]
pub extern "C" fn engine_version() -> *const c_char {
    c"wasmi 1.1.0".as_ptr()
}

/// # Safety
/// See engine.h.
#[no_mangle]
pub unsafe extern "C" fn engine_keccak256(octets: *const u8, size: usize, digest: *mut u8) {
    let octets = unsafe { slice_of(octets, size) }.unwrap_or(&[]);
    let result = Keccak256::digest(octets);

    if !digest.is_null() {
        unsafe { core::ptr::copy_nonoverlapping(result.as_ptr(), digest, result.len()) };
    }
}
