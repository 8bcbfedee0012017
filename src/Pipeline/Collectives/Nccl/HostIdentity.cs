namespace Cppo.Pipeline.Collectives.Nccl;

/// <summary>Tells machines apart, which may have one name: containers of two machines, say.</summary>
internal static class HostIdentity
{
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    /// <summary>Of this machine since it was started; its name where the system has no such number.</summary>
    public static string Own { get; } = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : Environment.MachineName;
}
