using System.Security.Cryptography;

namespace Cppo.Model.Torch.Native;

/// <summary>
/// Lets TorchSharp's native library load on systems whose C++ runtime is GCC 12's or 11's (Debian 12, Ubuntu 22.04). Built with GCC 13, it
/// asks for the symbol version GLIBCXX_3.4.32 for one symbol alone, <c>std::ios_base_library_init()</c>, which initialises the standard
/// streams. Older runtimes do that in their own objects, so there it may do nothing. A copy of the library in the user's cache directory
/// marks that version as weak and calls another import instead, one that takes no argument, changes nothing and is in libtorch.
/// </summary>
internal static class CppRuntimePatch
{
    private const string MissingVersion = "GLIBCXX_3.4.32";
    private const string MissingSymbol = "_ZSt21ios_base_library_initv";
    private const string HarmlessSymbol = "_ZN3c108GradMode10is_enabledEv";

    /// <summary>The path of the patched copy; null, with the reason, where the library is not one that this knows.</summary>
    internal static string? Apply(string original, out string? reason)
    {
        byte[] library = File.ReadAllBytes(original);
        string checksum = Convert.ToHexStringLower(SHA256.HashData(library));
        reason = Patch(library);
        return reason is null ? PatchedCopies.Store($"libLibTorchSharp-{checksum[..16]}.so", library) : null;
    }

    /// <summary>Changes the library in place; null, or why it was left alone.</summary>
    internal static string? Patch(byte[] library)
    {
        if (!ElfImports.TryRead(library, out var imports))
        {
            return "it is no 64-bit ELF library with versioned imports, so that its need of a newer C++ runtime cannot be mended";
        }

        if (imports.FindVersion(MissingVersion) is not { } version)
        {
            return $"it does not need {MissingVersion}, so something else is missing: see `ldd` of it";
        }

        int[] users = imports.ImportsOf(version.Index);
        if (users.Length != 1 || imports.NameOf(users[0]) != MissingSymbol)
        {
            return $"it needs {MissingVersion} for {users.Length} symbols where only {MissingSymbol} is known to be dispensable: install a "
                + "C++ runtime of GCC 13 or later";
        }

        if (imports.FindImport(HarmlessSymbol) is not { } harmless)
        {
            return $"it does not import {HarmlessSymbol}, which would stand in for {MissingSymbol}: install a C++ runtime of GCC 13 or "
                + "later";
        }

        imports.MakeWeak(version);
        imports.Redirect(users[0], harmless);
        return null;
    }
}
