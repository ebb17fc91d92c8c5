using System.Globalization;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary>The files of a model that writes sequences.</summary>
/// <param name="Decoder">The decoder, or a saved pipeline.</param>
/// <param name="Encoder">The encoder; null for none.</param>
/// <param name="SourcePath">The tokenizer of what is read; null where tokens are given by number.</param>
/// <param name="TargetPath">The tokenizer of what is written.</param>
internal sealed record GenerativeFiles(string Decoder, string? Encoder, string? SourcePath, string? TargetPath)
{
    internal TextTokenizer? Source { get; } = SourcePath is null ? null : TextTokenizer.Load(SourcePath);

    internal TextTokenizer? Target { get; } = TargetPath is null ? null : TextTokenizer.Load(TargetPath);

    internal bool IsZip => Decoder.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <exception cref="IOException">A file is missing.</exception>
    internal static GenerativeFiles Find(string model, string? tokenizer, string? target)
    {
        var isFolder = Directory.Exists(model);
        var decoder = isFolder ? Path.Combine(model, "decoder.onnx") : model;
        if (isFolder && !File.Exists(decoder))
            throw new FileNotFoundException($"The folder '{model}' has no decoder.onnx; expected what ExportToOnnx of a language model or "
                + "translator writes.", decoder);
        DataFile.Require(decoder, ".onnx", ".zip");
        var name = Path.GetFileName(decoder);
        var encoder = Path.Combine(Path.GetDirectoryName(decoder) ?? "", name.Replace("decoder", "encoder", StringComparison.Ordinal));
        var hasEncoder = encoder != decoder && name.Contains("decoder", StringComparison.Ordinal) && File.Exists(encoder);
        if (tokenizer is null)
        {
            var stem = name.Replace(".decoder", "", StringComparison.Ordinal);
            string[] beside = [Path.Combine(Path.GetDirectoryName(decoder) ?? "", Path.ChangeExtension(stem, ".tokenizer.txt")),
                Path.Combine(Path.GetDirectoryName(decoder) ?? "", "tokenizer.txt"),
                Path.Combine(Path.GetDirectoryName(decoder) ?? "", "characters.txt")];
            tokenizer = beside.FirstOrDefault(File.Exists);
        }
        foreach (var path in new[] { tokenizer, target }.OfType<string>())
            DataFile.Require(path, ".txt");
        return new(decoder, hasEncoder ? encoder : null, tokenizer, target ?? tokenizer);
    }

    /// <summary>A text as tokens; without a tokenizer it has their numbers.</summary>
    /// <exception cref="UsageException">There is no tokenizer, and the text is none of numbers.</exception>
    internal long[] Encode(string text)
    {
        if (Source is not null)
            return text.Length == 0 ? [] : Source.EncodeKeys(text);
        var tokens = new List<long>();
        foreach (var part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            tokens.Add(long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var token) ? token
                : throw new UsageException($"There is no tokenizer beside {Decoder}, and '{part}' is no number of a token: state one with "
                    + "--tokenizer, or give tokens by number."));
        return [.. tokens];
    }

    internal string Decode(long[] tokens) => Target?.DecodeKeys(tokens) ?? string.Join(' ', tokens);
}
