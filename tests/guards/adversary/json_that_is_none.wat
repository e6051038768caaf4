;; What almost is an operation: nothing, NUL, two of them, an array, members twice, another case.
;; cases: 7
;; expect: JSON: 
;; expect 3: an operation is
;; expect 5: an operation is
;; expect 6: unknown member
(data (i32.const 1024) "\00")
(data (i32.const 1280) "\"Clear\"\"Clear\"\00")
(data (i32.const 1536) "[\"Clear\"]\00")
(data (i32.const 1792) "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"name\":\"b\",\"index\":null}}\00")
(data (i32.const 2048) "\"CLEAR\"\00")
(data (i32.const 2304) "{\"RemoveRecords\":{\"record\":\"A\",\"name\":\"a\",\"index\":null,\"class\":\"IN\"}}\00")
(func $attack
  (if (i32.eqz (global.get $case)) (then (call $update_record (i32.const 0) (i32.const 0))))
  (if (i32.eq (global.get $case) (i32.const 1))
    (then (call $update_record (i32.const 256) (i32.const 256))))
  (call $apply (i32.add (i32.const 768) (i32.mul (global.get $case) (i32.const 256)))))
