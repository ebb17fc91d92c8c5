using System.CommandLine;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg inspect</c>: what a model reads, gives and is made of.</summary>
internal static class InspectCommand
{
    internal static Command Of(Tool tool)
    {
        var path = new Argument<string?>("FILE")
        {
            Description = "a model.zip of mlsg train, or an ONNX file", Arity = ArgumentArity.ZeroOrOne,
        };
        var model = new Option<string?>("--model") { Description = "the same, as the other commands take it" };
        var command = new Command("inspect", "Says what a model reads and gives, its operators, parameters and metadata.") { path, model };
        command.SetAction(given =>
        {
            var file = given.GetValue(path) ?? given.GetValue(model)
                ?? throw new UsageException("There is no file to inspect; expected a model.zip of mlsg train, or an ONNX file.");
            DataFile.Require(file, ".zip", ".onnx");
            tool.Code(() => GeneratedCode.OfInspection(file, IsZip(file)));
            if (IsZip(file))
                Model(tool, file);
            else
                Network(tool, OnnxFile.Inspect(file));
        });
        return command;
    }

    private static void Model(Tool tool, string path)
    {
        var model = ModelFile.Load(new MLContext(), path);
        var roles = model.Roles;
        var reads = roles.Text is { } text ? $"the text in {roles.NameOf(text)}" : $"{roles.Numbers.Length} columns of numbers";
        tool.Say($"{roles.Task}: {roles.NameOf(roles.Label)} from {reads}");
        tool.Fact("task", roles.Task.ToString().ToLowerInvariant());
        tool.Fact("label", roles.NameOf(roles.Label));
        tool.Fact("reads", reads);
        foreach (var (name, value) in model.Facts)
        {
            tool.Say($"{name}: {value}");
            tool.Fact(name, value);
        }
        string[] parts = [.. TransformerParts.Of(model.Transformer).Select(part => part.GetType().Name)];
        tool.Say($"pipeline: {string.Join(" → ", parts)}");
        tool.Fact("pipeline", parts);
        if (TransformerParts.Of(model.Transformer).OfType<ModelTransformer>().FirstOrDefault() is not { } network)
            return;
        if (network.Info.Verification is { } verified)
        {
            tool.Say($"compared with its training graph: largest relative difference {verified.LargestDifference:g3}");
            tool.Fact("largest_difference", verified.LargestDifference);
        }
        Network(tool, OnnxFile.Inspect(network.ToOnnx()));
    }

    private static void Network(Tool tool, OnnxFileInfo info)
    {
        tool.Say($"inputs: {string.Join(", ", info.Inputs)}");
        tool.Say($"outputs: {string.Join(", ", info.Outputs)}");
        tool.Say($"operators: {string.Join(", ", info.Operators.OrderByDescending(one => one.Value)
            .Select(one => $"{one.Key} {one.Value}"))}");
        tool.Say($"numbers in it: {info.InitializerElements:N0}; operator sets: {string.Join(", ", info.Opsets.Select(one =>
            $"{(one.Key.Length == 0 ? "ai.onnx" : one.Key)} {one.Value}"))}");
        foreach (var (name, value) in info.Metadata)
            tool.Say($"  {name}: {(value.Length <= 100 ? value : value[..100] + "…")}");
        tool.Fact("inputs", info.Inputs.Select(input => input.ToString()));
        tool.Fact("outputs", info.Outputs.Select(one => one.ToString()));
        tool.Fact("operators", info.Operators);
        tool.Fact("parameters", info.InitializerElements);
        tool.Fact("metadata", info.Metadata);
    }

    private static bool IsZip(string path)
    {
        using var stream = File.OpenRead(path);
        return stream.ReadByte() == 'P' && stream.ReadByte() == 'K';
    }
}
