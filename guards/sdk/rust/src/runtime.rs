//! What a program without a standard library brings itself: memory, and the end of a panic.

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::fmt::{self, Write};
use core::panic::PanicInfo;

/// From the end of the program's own memory upwards; nothing is given back but the last piece.
struct Heap {
    end: Cell<usize>,
}

/* SAFETY: an instance has one thread. */
unsafe impl Sync for Heap {}

#[global_allocator]
static HEAP: Heap = Heap { end: Cell::new(0) };

extern "C" {
    static __heap_base: u8;
}

const PAGE: usize = 65_536;

impl Heap {
    /// Move the end; false when there is no memory for it.
    fn extend(&self, end: usize) -> bool {
        let have = core::arch::wasm32::memory_size(0) * PAGE;

        if end > have {
            let pages = (end - have).div_ceil(PAGE);
            if core::arch::wasm32::memory_grow(0, pages) == usize::MAX {
                return false;
            }
        }
        self.end.set(end);
        true
    }
}

/* SAFETY: each piece lies behind all that were given before, within memory. */
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let last = match self.end.get() {
            0 => core::ptr::addr_of!(__heap_base) as usize,
            end => end,
        };
        let Some(start) = last.checked_next_multiple_of(layout.align()) else {
            return core::ptr::null_mut();
        };
        match start.checked_add(layout.size()) {
            Some(end) if self.extend(end) => start as *mut u8,
            _ => core::ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, piece: *mut u8, layout: Layout) {
        if piece as usize + layout.size() == self.end.get() {
            self.end.set(piece as usize);
        }
    }

    unsafe fn realloc(&self, piece: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let start = piece as usize;

        if start + layout.size() == self.end.get() {
            return match start.checked_add(size) {
                Some(end) if self.extend(end) => piece,
                _ => core::ptr::null_mut(),
            };
        }
        let moved = unsafe { self.alloc(Layout::from_size_align_unchecked(size, layout.align())) };
        if !moved.is_null() {
            unsafe { core::ptr::copy_nonoverlapping(piece, moved, size.min(layout.size())) };
        }
        moved
    }
}

/// Words in a fixed room: a panic may be about memory.
struct Words {
    room: [u8; 400],
    used: usize,
}

impl Write for Words {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let left = &mut self.room[self.used..];
        let size = more.len().min(left.len());

        left[..size].copy_from_slice(&more.as_bytes()[..size]);
        self.used += size;
        Ok(())
    }
}

/// A panic refuses the request with its message.
#[panic_handler]
fn panic(info: &PanicInfo) -> ! {
    let mut words = Words { room: [0; 400], used: 0 };
    let _ = write!(words, "the guard panicked: {}", info.message());

    unsafe { crate::imports::fail(words.room.as_ptr(), words.used as u32) }
}
