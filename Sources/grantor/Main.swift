// Grantor
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import GrantorCommands

@main
struct Main {
    static func main() async {
        await GrantorCommand.main()
    }
}
