using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Cppo.Model.Torch.Native;

/// <summary>
/// Loads libtorch and TorchSharp's native library before TorchSharp looks for them: where its own search fails, it prints a trace of a
/// hundred lines and copies every native library of the package cache.
/// </summary>
internal static partial class LibTorch
{
    private const string TorchSharpLibrary = "LibTorchSharp";
    private const string CudaLibrary = "torch_cuda";

    /// <summary>In the order of their needs.</summary>
    private static readonly string[] TorchLibraries = ["c10", "torch_cpu", "c10_cuda", CudaLibrary, "torch"];

    private static readonly Lazy<string?> Outcome = new(Load);
    private static string? reason;

    /// <summary>
    /// A libtorch of the user's, in place of the build's: the directory of its libraries, such as torch/lib of a Python installation.
    /// </summary>
    private static string? ChosenDirectory { get; } =
        Environment.GetEnvironmentVariable("CPPO_LIBTORCH") is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>Why libtorch cannot be used here, or null where it can. The first call loads it.</summary>
    internal static string? Unavailable => Outcome.Value;

    /// <summary>Whether this build's libtorch has CUDA. Known once <see cref="Unavailable"/> is.</summary>
    internal static bool HasCuda => Find(FileName(CudaLibrary)) is not null;

    private static string? Load()
    {
        if (ChosenDirectory is not null && !File.Exists(Path.Combine(ChosenDirectory, FileName("torch_cpu"))))
        {
            return $"CPPO_LIBTORCH names {ChosenDirectory}, which has no {FileName("torch_cpu")}; give the directory of libtorch's "
                + "libraries, or unset it.";
        }

        if (Find(FileName("torch_cpu")) is null)
        {
            return "libtorch is not part of this build. Build it in: dotnet run -p:CppoTorch=cpu -- pipeline.json (cuda instead of cpu for "
                + "GPUs); in a program of your own, reference a package of libtorch, such as libtorch-cpu-linux-x64. Or set model.engine "
                + "to managed.";
        }

        LetThreadsSleep();
        if (ChosenDirectory is not null)
        {
            LoadTorchLibraries();
        }

        var assembly = typeof(TorchSharp.torch).Assembly;
        (AssemblyLoadContext.GetLoadContext(assembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll += (_, name) => Resolve(name);
        try
        {
            _ = NativeLibrary.Load(TorchSharpLibrary, assembly, null);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"TorchSharp's native library cannot be loaded ({reason ?? e.Message.ReplaceLineEndings(" ")}). Set model.engine to "
                + "managed.";
        }
    }

    /// <summary>Called for a library of TorchSharp's after the plain load failed; 0 leaves it so.</summary>
    private static nint Resolve(string name)
    {
        // libtorch for CPUs has no torch_cuda; TorchSharp asks for it all the same and goes on without.
        if (Find(FileName(name)) is not { } original)
        {
            return 0;
        }

        if (name != TorchSharpLibrary)
        {
            return NativeLibrary.Load(original);
        }

        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        string? patched = CppRuntimePatch.Apply(original, out reason);
        if (patched is null)
        {
            return 0;
        }

        // The copy lies elsewhere, so it does not find these beside it.
        LoadTorchLibraries();
        return NativeLibrary.Load(patched);
    }

    /// <summary>By full path: what is loaded already is found by its name, wherever it lies.</summary>
    private static void LoadTorchLibraries()
    {
        foreach (string library in TorchLibraries)
        {
            if (Find(FileName(library)) is { } path)
            {
                _ = NativeLibrary.Load(path);
            }
        }
    }

    /// <summary>
    /// libgomp's threads spin for a while when they wait, which takes the core from those that compute: twice the processor time on two
    /// cores. It reads its setting when it is loaded, from the native environment, which .NET's does not reach.
    /// </summary>
    private static void LetThreadsSleep()
    {
        if (
            OperatingSystem.IsLinux()
            && Environment.GetEnvironmentVariable("GOMP_SPINCOUNT") is null
            && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is null
        )
        {
            _ = SetNativeEnvironment("GOMP_SPINCOUNT", "0", overwrite: 0);
        }
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib"
        : $"lib{library}.so";

    private static string? Find(string file) =>
        SearchDirectories().Select(directory => Path.Combine(directory, file)).FirstOrDefault(File.Exists);

    /// <summary>
    /// The directory that CPPO_LIBTORCH names, and where the runtime looks for native libraries: the program's directory and, by its
    /// .deps.json, those of packages.
    /// </summary>
    private static IEnumerable<string> SearchDirectories() =>
        (ChosenDirectory is { } chosen ? (string[])[chosen] : [])
            .Concat(
                (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string)?.Split(
                    Path.PathSeparator,
                    StringSplitOptions.RemoveEmptyEntries
                ) ?? []
            )
            .Append(AppContext.BaseDirectory);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeEnvironment(string name, string value, int overwrite);
}
