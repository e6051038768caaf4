;; An empty operand may begin at the end of memory.
;; expect: accepted
(module
  (import "fdns" "sha256" (func $sha256 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $sha256 (i32.const 0) (i32.const 65536) (i32.const 0))))
