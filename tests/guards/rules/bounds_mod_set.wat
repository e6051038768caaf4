;; What mod_set reads lies within memory.
;; expect: mod_set: access outside memory
(module
  (import "fdns" "mod_set" (func $mod_set (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")
    (call $mod_set (i32.const 65529) (i32.const 8))))
