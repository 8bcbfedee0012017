namespace Cppo.Pipeline.Configuration;

/// <summary>How the configuration writes a device.</summary>
internal static class DeviceName
{
    public const string Pattern = "^(cpu|cuda:[0-9]{1,3})$";
    public const string Hint = "cpu, cuda:0, cuda:1, ...";
}
