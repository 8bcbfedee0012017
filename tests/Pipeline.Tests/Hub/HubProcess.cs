using System.Runtime.CompilerServices;

namespace Cppo.Pipeline.Tests.Hub;

/// <summary>The environment of the tests and of programs that they start names no hub and no cache of this account.</summary>
internal static class HubProcess
{
    private static readonly string[] Variables =
    [
        "HF_ENDPOINT",
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_TOKEN_PATH",
        "HF_HUB_CACHE",
        "HUGGINGFACE_HUB_CACHE",
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
        "HF_HUB_DISABLE_SYMLINKS",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN",
        "HF_HUB_DOWNLOAD_TIMEOUT",
    ];

    /// <summary>The cache of names in the place of paths.</summary>
    public static string Cache { get; } = Path.Combine(Path.GetTempPath(), $"cppo-hub-{Environment.ProcessId}", "hub");

    [ModuleInitializer]
    internal static void Seclude()
    {
        Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));
        Environment.SetEnvironmentVariable("HF_HOME", Path.GetDirectoryName(Cache));
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            if (Directory.Exists(Path.GetDirectoryName(Cache)))
            {
                Directory.Delete(Path.GetDirectoryName(Cache)!, recursive: true);
            }
        };
    }
}
