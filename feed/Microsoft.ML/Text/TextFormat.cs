using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <summary>How lines are told apart and cut into fields, checked.</summary>
internal sealed class TextFormat
{
    public char[] Separators { get; }
    public char DecimalMarker { get; }
    public char EscapeChar { get; }
    public bool AllowQuoting { get; }
    public bool AllowSparse { get; }
    public bool TrimWhitespace { get; }
    public bool HasHeader { get; set; }
    public bool ReadMultilines { get; }
    public bool MissingRealsAsNaNs { get; }
    public int InputSize { get; } // 0 where the lines say it
    public long MaxRows { get; }

    public TextFormat(TextLoader.Options options)
    {
        Contracts.CheckParam(options.Separators is { Length: > 0 }, nameof(options.Separators), "Must specify a separator");
        Separators = options.Separators.Distinct().ToArray();
        foreach (char separator in Separators)
            CheckSeparator(separator, options.AllowSparse);
        Contracts.CheckParam(options.DecimalMarker is '.' or ',', nameof(options.DecimalMarker),
            $"Decimal marker cannot be the '{options.DecimalMarker}' character. It must be '.' or ','.");
        Contracts.CheckParam(options.AllowQuoting || options.DecimalMarker != ',' || !Separators.Contains(','),
            nameof(options.AllowQuoting), "Quoting must be allowed if decimal marker and separator are the ',' character.");
        Contracts.CheckParam(!Separators.Contains(options.EscapeChar), nameof(options.EscapeChar),
            $"EscapeChar '{options.EscapeChar}' can't be used both as EscapeChar and separator");
        Contracts.CheckParam(options.MaxRows is null or >= 0, nameof(options.MaxRows), "Must be non-negative");
        Contracts.Check(options.InputSize is null or >= 0, "inputSize");

        DecimalMarker = options.DecimalMarker;
        EscapeChar = options.EscapeChar;
        AllowQuoting = options.AllowQuoting;
        AllowSparse = options.AllowSparse;
        TrimWhitespace = options.TrimWhitespace;
        HasHeader = options.HasHeader;
        ReadMultilines = options.AllowQuoting && options.ReadMultilines;
        MissingRealsAsNaNs = options.MissingRealsAsNaNs;
        InputSize = Math.Min(options.InputSize ?? 0, int.MaxValue - 1);
        MaxRows = options.MaxRows ?? long.MaxValue;
    }

    public bool IsSeparator(char c) => Array.IndexOf(Separators, c) >= 0;

    public void Save(BinaryWriter writer)
    {
        writer.Write(new string(Separators));
        writer.Write(DecimalMarker);
        writer.Write(EscapeChar);
        foreach (bool flag in new[] { AllowQuoting, AllowSparse, TrimWhitespace, HasHeader, ReadMultilines, MissingRealsAsNaNs })
            writer.Write(flag);
        writer.Write(InputSize);
        writer.Write(MaxRows);
    }

    public static TextFormat Load(BinaryReader reader) => new(new TextLoader.Options
    {
        Separators = reader.ReadString().ToCharArray(),
        DecimalMarker = reader.ReadChar(),
        EscapeChar = reader.ReadChar(),
        AllowQuoting = reader.ReadBoolean(),
        AllowSparse = reader.ReadBoolean(),
        TrimWhitespace = reader.ReadBoolean(),
        HasHeader = reader.ReadBoolean(),
        ReadMultilines = reader.ReadBoolean(),
        MissingRealsAsNaNs = reader.ReadBoolean(),
        InputSize = reader.ReadInt32(),
        MaxRows = reader.ReadInt64(),
    });

    private static void CheckSeparator(char separator, bool sparse)
    {
        Contracts.CheckParam(separator != ':' || !sparse, "Separator", "When the separator is colon, turn off allowSparse");
        Contracts.CheckParam(separator == '\t' || (separator >= ' ' && separator != '"' && !char.IsAsciiDigit(separator)),
            "Separator", $"Illegal separator: '{separator}'");
    }
}
