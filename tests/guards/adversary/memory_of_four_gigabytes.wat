;; Begins with all memory that 32 bits can name.
;; expect: its memory starts with 65536 pages, the limit is 64
(module
  (memory (export "memory") 65536)
  (func (export "setup"))
  (func (export "handle_update_request")))
