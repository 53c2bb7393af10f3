{
  "targets": [
    {
      "target_name": "rarl_torch",
      "sources": ["addon.cc", "engine.cc", "standard_operations.cc", "fused_operations.cc"],
      "include_dirs": ["."],
      "defines": ["NAPI_VERSION=8", "NAPI_CPP_EXCEPTIONS", "_GLIBCXX_USE_CXX11_ABI=<!(echo $RARL_CXX11_ABI)"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++20", "-std=gnu++17", "-std=gnu++14"],
      "cflags_cc": [
        "-std=<!(echo $RARL_CXX_STANDARD)",
        "-fexceptions",
        "-frtti",
        "-fopenmp",
        "-O3",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-w",
        "<!@(for folder in $RARL_INCLUDE_FOLDERS; do echo -isystem $folder; done)"
      ],
      "ldflags": ["-fopenmp", "-Wl,--no-as-needed", "-Wl,-rpath,<!(echo $RARL_LIBRARY_FOLDER)"],
      "libraries": ["-L<!(echo $RARL_LIBRARY_FOLDER)", "<!@(echo $RARL_LIBRARIES)"]
    }
  ]
}
