using Microsoft.Playwright;

namespace Cppo.View.Tests.Browsers;

/// <summary>On what kind of screen a page is looked at.</summary>
/// <param name="Width">CSS pixels.</param>
/// <param name="Height">CSS pixels.</param>
/// <param name="IsDark">Whether the system asks for dark pages.</param>
public sealed record Look(int Width, int Height, bool IsDark)
{
    /// <summary>The looks that every page is clicked through in, by name.</summary>
    public static IReadOnlyDictionary<string, Look> All { get; } =
        new Dictionary<string, Look>(StringComparer.Ordinal)
        {
            ["light"] = new(1280, 860, false),
            ["dark"] = new(1280, 860, true),
            ["phone"] = new(390, 844, false),
        };

    /// <summary>Narrower than a tablet, and touched.</summary>
    public bool IsPhone => Width < 600;

    internal ViewportSize Size => new() { Width = Width, Height = Height };
}
