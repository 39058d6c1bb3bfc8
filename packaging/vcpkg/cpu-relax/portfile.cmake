# SPDX-License-Identifier: MIT
set(source "${CURRENT_PORT_DIR}/../../..")
set(VCPKG_BUILD_TYPE release) # headers have no debug build
vcpkg_cmake_configure(SOURCE_PATH "${source}" OPTIONS -DCPU_RELAX_BUILD_TESTS=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(PACKAGE_NAME cpu_relax CONFIG_PATH share/cmake/cpu_relax)
vcpkg_fixup_pkgconfig()
vcpkg_install_copyright(FILE_LIST "${source}/LICENSE")
