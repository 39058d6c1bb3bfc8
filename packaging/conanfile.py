# SPDX-License-Identifier: MIT
from os.path import join

from conan import ConanFile
from conan.tools.files import copy


class CpuRelax(ConanFile):
    name = "cpu_relax"
    version = "1.0.0"
    description = "Spin-wait hint, delay, back-off and wait for every CPU"
    license = "MIT"
    package_type = "header-library"
    implements = ["auto_header_only"]
    no_copy_source = True

    def export_sources(self):
        for pattern in "include/*.h", "LICENSE":
            copy(self, pattern, join(self.recipe_folder, ".."), self.export_sources_folder)

    def package(self):
        copy(self, "include/*.h", self.source_folder, self.package_folder)
        copy(self, "LICENSE", self.source_folder, join(self.package_folder, "licenses"))

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
