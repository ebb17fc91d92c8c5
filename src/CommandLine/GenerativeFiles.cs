using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
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

/// <summary>A model that writes sequences, loaded.</summary>
internal sealed class GenerativeModel : IDisposable
{
    private readonly GenerativeTransformer? _transformer;

    /// <exception cref="InvalidDataException">A pipeline has no such model.</exception>
    internal GenerativeModel(GenerativeFiles files)
    {
        if (!files.IsZip)
        {
            MustWrite(files.Decoder);
            Generator = SequenceGenerator.Load(files.Decoder, files.Encoder);
            return;
        }
        _transformer = TransformerParts.Of(new MLContext().Model.LoadSequenceGraph(files.Decoder, out _)).OfType<GenerativeTransformer>()
            .FirstOrDefault() ?? throw new InvalidDataException($"The pipeline in '{files.Decoder}' has no language model or translator: "
                + $"it is {Kinds(files.Decoder)}.");
        Generator = _transformer.Generator;
    }

    internal SequenceGenerator Generator { get; }

    private static string KindOf(ModelInfo info) => $"a model of {info.Rows.Name()} for {(info.Forecast is null ? $"{info.Task}"
        : "forecasts")}";

    private static string Kinds(string path) => string.Join(" → ", TransformerParts.Of(new MLContext().Model.LoadSequenceGraph(path,
        out _)).Select(part => part is ModelTransformer model ? KindOf(model.Info) : part.GetType().Name));

    // What a file of another kind is, and which command is for it.
    private static void MustWrite(string path)
    {
        var metadata = OnnxFile.ReadMetadata(path);
        if (!metadata.ContainsKey(ModelFormat.FormatKey) || ModelInfo.Read(metadata, $"'{path}'") is not { } info
            || info.Task is ModelTask.LanguageModel or ModelTask.Translation)
            return;
        throw new InvalidDataException($"'{path}' is {KindOf(info)}; expected a language model or translator. "
            + (info.Forecast is not null ? "mlsg forecast --model is for it." : "mlsg inspect says what it reads and gives."));
    }

    public void Dispose()
    {
        if (_transformer is not null)
            _transformer.Dispose();
        else
            Generator.Dispose();
    }
}
