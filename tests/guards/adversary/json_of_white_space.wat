;; A million octets of white space before an operation.
;; expect: JSON: 
(data (i32.const 1024) "\"Clear\"\00")
(func $attack
  (drop (memory.grow (i32.const 16)))
  (memory.fill (i32.const 4096) (i32.const 32) (i32.const 1000000))
  (drop (call $put (i32.const 1004096) (i32.const 1024)))
  (call $update_record (i32.const 4096) (i32.const 1000007)))
