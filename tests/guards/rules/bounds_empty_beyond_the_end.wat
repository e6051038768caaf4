;; An empty operand does not begin beyond the end of memory.
;; expect: sha256: access outside memory
(module
  (import "fdns" "sha256" (func $sha256 (param i32 i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $sha256 (i32.const 0) (i32.const 65537) (i32.const 0))))
