using System.Buffers.Binary;
using System.Text;

namespace Cppo.Model.Torch.Native;

/// <summary>
/// A symbol version that a library needs: its index in the table of the symbols' versions, and where its entry lies in the file.
/// </summary>
internal readonly record struct NeededVersion(int Index, int Offset);

/// <summary>
/// The versioned imports of a 64-bit little-endian ELF library, found by its sections (System V ABI; Linux Standard Base, "Symbol
/// Versioning"). Reads and changes the bytes that it was given.
/// </summary>
internal sealed class ElfImports
{
    private const int SymbolSize = 24;
    private const uint DynamicSymbols = 11,
        SymbolVersions = 0x6fffffff,
        NeededVersions = 0x6ffffffe;
    private const ushort WeakVersion = 2,
        VersionMask = 0x7fff;

    private readonly byte[] file;
    private readonly Section symbols;
    private readonly Section symbolNames;
    private readonly Section versions;
    private readonly Section needed;
    private readonly Section neededNames;

    private ElfImports(byte[] file, Section[] sections)
    {
        this.file = file;
        symbols = sections.First(section => section.Type == DynamicSymbols);
        versions = sections.First(section => section.Type == SymbolVersions);
        needed = sections.First(section => section.Type == NeededVersions);
        (symbolNames, neededNames) = (sections[symbols.Link], sections[needed.Link]);
    }

    private int NumSymbols => symbols.Size / SymbolSize;

    /// <summary>False where the bytes are something else, or end before what they announce.</summary>
    internal static bool TryRead(byte[] file, out ElfImports imports)
    {
        imports = null!;
        try
        {
            if (!file.AsSpan().StartsWith("\u007fELF\u0002\u0001"u8))
            {
                return false;
            }

            int table = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(0x28)));
            int entrySize = Short(file, 0x3a),
                count = Short(file, 0x3c);
            var sections = Enumerable.Range(0, count).Select(i => Section.At(file, table + (i * entrySize))).ToArray();
            imports = new ElfImports(file, sections);
            return imports.versions.Size >= imports.NumSymbols * sizeof(ushort);
        }
        catch (Exception e)
            when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or InvalidOperationException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>A needed version by its name, whichever library it is asked of.</summary>
    internal NeededVersion? FindVersion(string name)
    {
        // Elf64_Verneed: version, count, file, offset of the first Elf64_Vernaux, offset of the next; Elf64_Vernaux: hash, flags, index,
        // name, next.
        for (int library = needed.Offset, next = -1; next != 0; library += next)
        {
            int entry = library + Word(library + 8);
            for (int i = 0; i < Short(file, library + 2); i++)
            {
                if (Text(neededNames, Word(entry + 8)) == name)
                {
                    return new NeededVersion(Short(file, entry + 6), entry);
                }

                entry += Word(entry + 12);
            }

            next = Word(library + 12);
        }

        return null;
    }

    /// <summary>The numbers of all symbols of a version.</summary>
    internal int[] ImportsOf(int version) =>
        [.. Enumerable.Range(0, NumSymbols).Where(symbol => (Short(file, VersionAt(symbol)) & VersionMask) == version)];

    /// <summary>The name of a symbol.</summary>
    internal string NameOf(int symbol) => Text(symbolNames, Word(symbols.Offset + (symbol * SymbolSize)));

    /// <summary>The number of an undefined symbol by its name.</summary>
    internal int? FindImport(string name)
    {
        // The section index at byte 6 of a symbol is 0 where another library defines it.
        int found = Enumerable
            .Range(0, NumSymbols)
            .FirstOrDefault(symbol => Short(file, symbols.Offset + (symbol * SymbolSize) + 6) == 0 && NameOf(symbol) == name, -1);
        return found < 0 ? null : found;
    }

    /// <summary>The loader only warns where a weak version is absent.</summary>
    internal void MakeWeak(NeededVersion version) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(version.Offset + 4), WeakVersion);

    /// <summary>Makes one import mean what another means.</summary>
    internal void Redirect(int symbol, int other)
    {
        file.AsSpan(symbols.Offset + (other * SymbolSize), sizeof(uint)).CopyTo(file.AsSpan(symbols.Offset + (symbol * SymbolSize)));
        file.AsSpan(VersionAt(other), sizeof(ushort)).CopyTo(file.AsSpan(VersionAt(symbol)));
    }

    private static ushort Short(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private int Word(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    private int VersionAt(int symbol) => versions.Offset + (symbol * sizeof(ushort));

    private string Text(Section names, int at)
    {
        var rest = file.AsSpan(names.Offset, names.Size)[at..];
        return Encoding.ASCII.GetString(rest[..rest.IndexOf((byte)0)]);
    }

    private readonly record struct Section(uint Type, int Offset, int Size, int Link)
    {
        internal static Section At(byte[] file, int at) =>
            new(
                BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4)),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at + 0x18))),
                checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at + 0x20))),
                BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at + 0x28))
            );
    }
}
