#!/bin/sh
# consume.sh - builds and runs app/ with cpu_relax, in one of the ways that people do
# SPDX-License-Identifier: MIT
#
#   consume.sh WAY TREE WORK [CMAKE_OPTION...]
#
# WAY is a case at the end, TREE a clone or an unpacked release of cpu_relax, WORK a folder for the
# results. The program's build file is what the README of TREE says for that way.
# From the environment: CC, RUN (an emulator). Exits with 77 if a tool is missing.
set -eu

die() {
    echo "consume.sh: $*" >&2
    exit 1
}

need() { # COMMAND PACKAGE
    command -v "$1" >/dev/null || {
        echo "not run: needs $2"
        exit 77
    }
}

snippet() { # NAME
    awk -v name="$1" -f "$here/snippet.awk" "$tree/README.md"
}

check() { # PROGRAM
    # shellcheck disable=SC2086 # an emulator and its arguments
    said=$(${RUN-} "$1")
    [ "$said" = "cpu_relax $version" ] || die "$1 says '$said', not 'cpu_relax $version'"
}

# As the README says, to the letter: what it exports is all that says where it is. Installed by this
# machine, whichever one the program is for: the package has no architecture.
install() {
    unset CMAKE_PREFIX_PATH PKG_CONFIG_PATH
    snippet install >install.sh
    HOME=$work
    # shellcheck source=/dev/null
    . ./install.sh
    installed=$work/.local
}

# The same, then moved: nothing may point to where it was.
install_moved() {
    install
    mv .local moved
    installed=$work/moved
    export CMAKE_PREFIX_PATH="$installed" PKG_CONFIG_PATH="$installed/share/pkgconfig"
}

cmake_app() { # [CMAKE_OPTION...]
    cmake -S . -B build/app -Werror=dev "$@"
    cmake --build build/app
    check build/app/app
}

# Where it is a part of another project, cpu_relax sets up, tests and installs nothing.
leaves_no_trace() {
    ! grep -E '^(CMAKE_INSTALL_[A-Z]*DIR|BUILD_TESTING):' build/app/CMakeCache.txt ||
        die "these leaked into the project around it"
    (cd build/app && ctest -N) >tests.txt
    grep -qx 'Total Tests: 0' tests.txt || die "the project around it got tests"
    DESTDIR=$work/stage cmake --install build/app
    [ ! -e stage ] || die "the project around it installs $(find stage -type f)"
}

cmake_find_package() { # [CMAKE_OPTION...]
    snippet find_package >cpu_relax.cmake
    # Tool chains for another machine look for packages in that machine's root alone.
    [ -z "${RUN-}" ] || set -- -DCMAKE_FIND_ROOT_PATH="$installed" "$@"
    cmake_app "$@"
    grep -qx "cpu_relax_DIR:PATH=$installed/share/cmake/cpu_relax" build/app/CMakeCache.txt ||
        die "another cpu_relax was found: $(grep cpu_relax_DIR build/app/CMakeCache.txt)"
}

meson_app() {
    snippet meson >meson.build
    meson setup build/app
    meson compile -C build/app
    check build/app/app
}

cxx_app() { # COMPILER
    for standard in 98 11 14 17 20 2b; do # 2b is what older compilers call 23
        "$1" -std=c++$standard -Wall -Wextra -Wpedantic -Werror -Icpu_relax/include \
            -o app -x c++ app.c
        check ./app
    done
}

[ $# -ge 3 ] || die "usage: consume.sh WAY TREE WORK [CMAKE_OPTION...]"
way=$1
here=$(cd "$(dirname "$0")" && pwd)
tree=$(cd "$2" && pwd)
mkdir -p "$3"
work=$(cd "$3" && pwd)/$way
shift 3

version=$(sed -n 's/^# *define CPU_RELAX_VERSION_[A-Z]* //p' "$tree/include/cpu_relax.h" | paste -sd . -)
export CFLAGS="${CFLAGS-} -Wall -Wextra -Wpedantic -Werror"

rm -rf "$work"
mkdir "$work"
cd "$work"
cp "$here"/app/* .
ln -s "$tree" cpu_relax

case $way in
add_subdirectory)
    snippet add_subdirectory >cpu_relax.cmake
    cmake_app "$@"
    leaves_no_trace
    ;;
FetchContent)
    cp "$tree.tar.gz" .
    snippet FetchContent >cpu_relax.cmake
    cmake_app "$@"
    leaves_no_trace
    ;;
find_package)
    install
    cmake_find_package "$@"
    ;;
uninstall) # by components, and then the README's line
    cmake -S cpu_relax -B build -DCPU_RELAX_BUILD_TESTS=OFF
    cmake --install build --prefix "$work/usr" --component documentation
    [ "$(find usr -type f)" = usr/share/man/man3/cpu_relax.3 ] || die "documentation is $(find usr -type f)"
    cmake --install build --prefix "$work/usr" --component development
    cmake --install build --prefix "$work/all"
    diff -r usr all || die 'the two components are not the whole'
    line='xargs rm <build/install_manifest.txt'
    grep -qF "To uninstall: \`$line\`" cpu_relax/README.md || die 'the README does not say how to uninstall'
    sh -ec "$line"
    [ -z "$(find all -type f)" ] || die "what is left: $(find all -type f)"
    ;;
find_package-3.14) # what a package leaves out for an old CMake, it asks CMAKE_VERSION for
    install_moved
    echo 'set(CMAKE_VERSION 3.14.0)' >3.14.cmake
    cmake_find_package -DCMAKE_PROJECT_INCLUDE="$work/3.14.cmake" "$@"
    ;;
find_package-versions) # as installed by a project around it, which has a compiler
    snippet add_subdirectory >cpu_relax.cmake
    cmake_app -DCPU_RELAX_INSTALL=ON "$@"
    cmake --install build/app --prefix "$work/usr"
    cmake -S "$here/versions" -B build/versions -DCMAKE_PREFIX_PATH="$work/usr" -DVERSION="$version"
    ;;
pkg-config)
    need pkg-config pkg-config
    install
    mkdir bin
    printf '#!/bin/sh\nPATH=%s\nexec %s "$@"\n' "'$PATH'" "${CC:-cc} $CFLAGS" >bin/cc
    chmod +x bin/cc
    snippet pkg-config >pkg-config.sh
    PATH=$work/bin:$PATH sh -e pkg-config.sh
    check ./app
    pkg-config --exact-version="$version" cpu_relax || die "cpu_relax.pc: not version $version"
    ;;
meson-dependency)
    need meson meson
    need pkg-config pkg-config
    meson setup build/cpu_relax cpu_relax --prefix="$work/usr"
    meson install -C build/cpu_relax
    export PKG_CONFIG_LIBDIR="$work/usr/share/pkgconfig"
    meson_app
    pkg-config --exact-version="$version" cpu_relax || die "cpu_relax.pc: not version $version"
    ;;
meson-subproject)
    need meson meson
    mkdir subprojects
    mv cpu_relax subprojects
    export PKG_CONFIG_LIBDIR="$work/none"
    meson_app
    meson install -C build/app --destdir "$work/stage"
    [ ! -e stage ] || die "the project around it installs $(find stage -type f)"
    ;;
make)
    need make make
    snippet make >Makefile
    make app
    check ./app
    ;;
g++)
    need g++ g++
    cxx_app g++
    ;;
clang++)
    need clang++ clang
    cxx_app clang++
    ;;
man) # the page is in order, names all that the headers do, and its examples compile
    need mandoc mandoc
    install_moved
    page=$installed/share/man/man3/cpu_relax.3
    mandoc -T lint -W warning "$page"
    for name in $(sed 's/cpu_relax[a-z_]*[.]h//g' "$installed"/include/*.h | tr -cs '[:alnum:]_' '\n' |
        grep -ix 'cpu_relax.*[^_]' | grep -v '_H$' | sort -u); do # private names end in _
        grep -qw "$name" "$page" || die "cpu_relax(3) does not mention $name"
    done
    awk '/^[.]Ed/ { on = 0 } on; /^[.]Bd/ { on = 1 }' "$page" >examples.c
    # shellcheck disable=SC2086 # a compiler and its arguments
    ${CC:-cc} $CFLAGS -I"$installed/include" -c examples.c
    ;;
vcpkg)
    cmake -DPORT="$tree/packaging/vcpkg/cpu-relax" -DWORK="$work" -DVERSION="$version" -P "$here/vcpkg.cmake"
    ;;
conan)
    need python3 python3
    python3 "$here/conan_recipe.py" cpu_relax/packaging/conanfile.py package "$version"
    cmp package/licenses/LICENSE cpu_relax/LICENSE
    # shellcheck disable=SC2086 # a compiler and its arguments
    ${CC:-cc} $CFLAGS -Ipackage/include -o app app.c
    check ./app
    ;;
release) # of the tracked files as they are now; once more by somebody with other habits
    need git git
    git -c safe.directory='*' -C "$tree" ls-files -z >files || die "a release is made from a clone"
    export GIT_DIR="$work/git" GIT_WORK_TREE="$tree" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null
    git init -q
    git -C "$tree" add -f --pathspec-from-file="$work/files" --pathspec-file-nul
    git -c user.name=test -c user.email=test commit -q -m release
    git -C "$tree" archive --prefix=cpu_relax/ -o "$work/cpu_relax.tar.gz" HEAD
    TZ=Pacific/Auckland git -C "$tree" -c core.autocrlf=true -c core.eol=crlf \
        archive --prefix=cpu_relax/ -o "$work/again.tar.gz" HEAD
    cmp cpu_relax.tar.gz again.tar.gz || die "the same release has other bytes the second time"
    rm cpu_relax
    tar -xzf cpu_relax.tar.gz
    find cpu_relax -type f
    for development in .ci .clang-format .gitattributes; do
        [ ! -e "cpu_relax/$development" ] || die "$development is in the release"
    done
    sh "$here/../project/links.sh" cpu_relax
    ;;
*)
    die "no way '$way': the ways are the cases at the end of $0"
    ;;
esac
