using System.CommandLine;
using System.Globalization;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg generate</c>: what a language model writes on from a prompt, or a translator from a source.</summary>
internal sealed class GenerateCommand
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "a decoder.onnx with its encoder.onnx beside it, their folder, or a model.zip of ml.Model.Save", Required = true,
    };

    private readonly Option<string?> _tokenizer = new("--tokenizer")
    {
        Description = "the tokenizer of prompts, as TextTokenizer.Save writes it (default: *.tokenizer.txt beside the model)",
    };

    private readonly Option<string?> _targetTokenizer = new("--target-tokenizer")
    {
        Description = "the tokenizer of what is written, where it is another",
    };

    private readonly Option<string[]> _prompt = new("--prompt") { Description = "a prompt or source; may be given several times" };
    private readonly Option<string?> _data = new("--data") { Description = "a file of prompts, one a line" };
    private readonly Option<string?> _output = new("--output") { Description = "a file to write, one text a line" };
    private readonly Option<int> _length = new("--length") { Description = "the most tokens to write", DefaultValueFactory = _ => 100 };
    private readonly Option<double?> _temperature = new("--temperature")
    {
        Description = "draws tokens at this temperature; without it the likeliest are written",
    };

    private readonly Option<int?> _topK = new("--top-k") { Description = "draws among so many of the likeliest alone" };
    private readonly Option<double?> _topP = new("--top-p") { Description = "draws among the likeliest of this probability together" };
    private readonly Option<int?> _beams = new("--beams") { Description = "the width of a beam search" };
    private readonly Option<int> _seed = new("--seed") { Description = "decides what is drawn" };
    private readonly Tool _tool;

    private GenerateCommand(Tool tool) => _tool = tool;

    internal static Command Of(Tool tool)
    {
        var one = new GenerateCommand(tool);
        var command = new Command("generate", "Lets a language model write on from a prompt, or a translator translate.");
        foreach (var option in (Option[])[one._model, one._tokenizer, one._targetTokenizer, one._prompt, one._data, one._output,
            one._length, one._temperature, one._topK, one._topP, one._beams, one._seed])
            command.Options.Add(option);
        command.SetAction(one.Run);
        return command;
    }

    private void Run(ParseResult given)
    {
        var files = GenerativeFiles.Find(given.GetRequiredValue(_model), given.GetValue(_tokenizer), given.GetValue(_targetTokenizer));
        CheckNumbers(given);
        string[] prompts = [.. given.GetValue(_prompt) ?? [], .. given.GetValue(_data) is { } data
            ? TextFile.Lines(DataFile.Require(data)).Where(line => line.Length > 0) : []];
        using var owned = new GenerativeModel(files);
        var generator = owned.Generator;
        if (prompts.Length == 0)
            prompts = !generator.ReadsSource ? [""] : throw new UsageException("A translator needs a source: state it with --prompt, or "
                + "a file of them with --data.");
        string[] written = [.. prompts.Select(prompt => Write(given, files, generator, prompt))];
        if (given.GetValue(_output) is { } output)
            AtomicFile.Write(output, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                foreach (var text in written)
                    writer.WriteLine(text.ReplaceLineEndings(" "));
            });
        else
            foreach (var text in written)
                _tool.Say(text);
        _tool.Fact("prompts", prompts);
        _tool.Fact("written", written);
        _tool.Code(() => Code(given, files, generator.ReadsSource, prompts[0]));
    }

    private void CheckNumbers(ParseResult given)
    {
        given.Check(_length, length => length >= 1, "at least 1");
        given.Check(_temperature, temperature => temperature is null or > 0, "a number above 0");
        given.Check(_topK, most => most is null or >= 1, "at least 1");
        given.Check(_topP, share => share is null or (> 0 and <= 1), "a number above 0 and at most 1");
        given.Check(_beams, width => width is null or (>= 1 and <= 64), "1 to 64");
        given.Check(_beams, width => width is null || !Draws(given),
            "none beside --temperature, --top-k and --top-p: a beam search draws nothing");
    }

    private bool Draws(ParseResult given) =>
        given.GetValue(_temperature) is not null || given.GetValue(_topK) is not null || given.GetValue(_topP) is not null;

    private string Write(ParseResult given, GenerativeFiles files, SequenceGenerator generator, string prompt)
    {
        var tokens = files.Encode(prompt);
        var input = generator.ReadsSource ? GenerationInput.FromSources(tokens)
            // A model with a start token writes on from it.
            : GenerationInput.FromPrompts(generator.Info.StartToken is { } start ? [start, .. tokens] : tokens);
        if (!generator.ReadsSource && tokens.Length == 0 && generator.Info.StartToken is null)
            throw new UsageException("The model has no token that texts begin with: expected a --prompt.");
        var most = new GenerationOptions { MaximumLength = given.GetValue(_length) };
        var sequence = given.GetValue(_beams) is { } width
            ? generator.BeamSearch(input, new() { Width = width }, most, _tool.Cancel)[0][0]
            : Draws(given) ? generator.Sample(input, new()
            {
                Temperature = given.GetValue(_temperature) ?? 1, TopK = given.GetValue(_topK), TopP = given.GetValue(_topP) ?? 1,
                Seed = given.GetValue(_seed),
            }, most, _tool.Cancel)[0]
            : generator.Greedy(input, most, _tool.Cancel)[0];
        return files.Decode(sequence.Tokens);
    }

    private string Code(ParseResult given, GenerativeFiles files, bool readsSource, string prompt)
    {
        var call = given.GetValue(_beams) is { } width ? $"BeamSearch(input, new() {{ Width = {width} }}, most)[0][0]"
            : Draws(given) ? string.Create(CultureInfo.InvariantCulture, $"Sample(input, new() {{ Temperature = "
                + $"{given.GetValue(_temperature) ?? 1}, TopP = {given.GetValue(_topP) ?? 1}, Seed = {given.GetValue(_seed)}")
                + (given.GetValue(_topK) is { } k ? $", TopK = {k}" : "") + " }, most)[0]"
            : "Greedy(input, most)[0]";
        var tokens = files.Source is null ? $"[{string.Join(", ", files.Encode(prompt))}]"
            : $"TextTokenizer.Load({GeneratedCode.Text(files.SourcePath!)}).EncodeKeys({GeneratedCode.Text(prompt)})";
        var load = files.IsZip ? $"((IEnumerable<ITransformer>)new MLContext().Model.LoadSequenceGraph("
            + $"{GeneratedCode.Text(files.Decoder)}, out _))\n    .OfType<GenerativeTransformer>().Single().Generator"
            : $"SequenceGenerator.Load({GeneratedCode.Text(files.Decoder)}"
            + (files.Encoder is null ? ")" : $", {GeneratedCode.Text(files.Encoder)})");
        return $$"""
            using Microsoft.ML;
            using MLSeqGraph.Onnx;
            using MLSeqGraph.Trainers;
            using MLSeqGraph.Transforms;

            using var generator = {{load}};
            long[] tokens = {{tokens}};
            {{(readsSource ? "var input = GenerationInput.FromSources(tokens);"
                : "var input = GenerationInput.FromPrompts(generator.Info.StartToken is { } start ? [start, .. tokens] : tokens);")}}
            GenerationOptions most = new() { MaximumLength = {{given.GetValue(_length)}} };
            var written = generator.{{call}};
            Console.WriteLine({{(files.Target is null ? "string.Join(\" \", written.Tokens)"
                : $"TextTokenizer.Load({GeneratedCode.Text(files.TargetPath!)}).DecodeKeys(written.Tokens)")}});
            """;
    }
}
