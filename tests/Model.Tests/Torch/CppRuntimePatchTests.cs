using Cppo.Model.Torch.Native;

namespace Cppo.Model.Tests.Torch;

/// <summary>On TorchSharp's own library, which lies beside the tests on Linux.</summary>
public sealed class CppRuntimePatchTests
{
    private static readonly string TorchSharpLibrary = Path.Combine(
        AppContext.BaseDirectory,
        "runtimes",
        "linux-x64",
        "native",
        "libLibTorchSharp.so"
    );

    [TorchSharpFact]
    public void TorchSharps_library_changes_in_three_places()
    {
        byte[] original = File.ReadAllBytes(TorchSharpLibrary),
            patched = [.. original];
        Assert.Null(CppRuntimePatch.Patch(patched));
        Assert.Equal(original.Length, patched.Length);
        // The version's flags, the symbol's name (4 bytes, of which the same ones may stay) and its version.
        Assert.InRange(original.Zip(patched).Count(pair => pair.First != pair.Second), 3, 8);
        Assert.True(ElfImports.TryRead(patched, out var imports));
        Assert.Empty(imports.ImportsOf(imports.FindVersion("GLIBCXX_3.4.32")!.Value.Index));
        Assert.Null(imports.FindImport("_ZSt21ios_base_library_initv"));
        Assert.NotNull(imports.FindImport("_ZN3c108GradMode10is_enabledEv"));
    }

    [TorchSharpFact]
    public void A_library_that_is_mended_already_is_left_alone()
    {
        byte[] library = File.ReadAllBytes(TorchSharpLibrary);
        Assert.Null(CppRuntimePatch.Patch(library));
        byte[] mended = [.. library];
        Assert.Contains("for 0 symbols", CppRuntimePatch.Patch(library), StringComparison.Ordinal);
        Assert.Equal(mended, library);
    }

    [TorchSharpFact]
    public void A_library_without_that_need_is_left_alone()
    {
        byte[] other = File.ReadAllBytes(Path.Combine(Path.GetDirectoryName(TorchSharpLibrary)!, "libc10.so")),
            before = [.. other];
        Assert.Contains("does not need GLIBCXX_3.4.32", CppRuntimePatch.Patch(other), StringComparison.Ordinal);
        Assert.Equal(before, other);
    }

    [TorchSharpFact]
    public void A_library_that_ends_too_early_is_none()
    {
        byte[] whole = File.ReadAllBytes(TorchSharpLibrary);
        for (int length = 0; length < whole.Length; length += 100_003)
        {
            Assert.NotNull(CppRuntimePatch.Patch(whole[..length]));
        }
    }

    [Fact]
    public void What_is_no_library_is_left_alone()
    {
        byte[] text = "#!/bin/sh"u8.ToArray();
        Assert.Contains("no 64-bit ELF library", CppRuntimePatch.Patch(text), StringComparison.Ordinal);
    }

    private sealed class TorchSharpFactAttribute : FactAttribute
    {
        public TorchSharpFactAttribute() =>
            Skip = File.Exists(TorchSharpLibrary) ? null : "TorchSharp's library for Linux is not beside the tests";
    }
}
