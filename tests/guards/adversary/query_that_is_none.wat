;; Queries that are none: nothing, an operation, deep, of a type that is none, of another zone.
;; cases: 7
;; expect: records_size: 
(data (i32.const 1024) "\00")
(data (i32.const 1280) "\"Clear\"\00")
(data (i32.const 1536) "[[[[[[[[[[[[[[[[[[[[\00")
(data (i32.const 1792) "{\"name\":\"@\",\"record\":\"NOSUCH\"}\00")
(data (i32.const 2048) "{\"name\":\"alive.other.test.\",\"record\":null}\00")
(data (i32.const 2304) "{\"name\":\"@\",\"record\":\"A\",\"index\":0}\00")
(data (i32.const 2560) "{\"name\":\"\ff\",\"record\":\"A\"}\00")
(func $attack
  (drop (call $query (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256))))))
