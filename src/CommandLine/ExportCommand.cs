using System.CommandLine;
using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg export</c>: a network as an ONNX file.</summary>
internal static class ExportCommand
{
    internal static Command Of(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "model.zip" };
        var output = new Option<string>("--output") { Description = "the file to write", DefaultValueFactory = _ => "model.onnx" };
        var command = new Command("export", "Writes a model's network as an ONNX file.") { model, output };
        command.SetAction(given =>
        {
            var file = ModelFile.Load(new MLContext(), given.GetRequiredValue(model));
            var network = TransformerParts.Of(file.Transformer).OfType<ModelTransformer>().FirstOrDefault()
                ?? throw new InvalidDataException($"The model in {given.GetValue(model)} is {file.Facts.GetValueOrDefault("model")}, a "
                    + "trainer of ML.NET: only networks are exported.");
            network.ExportToOnnx(given.GetRequiredValue(output));
            tool.Say($"{given.GetValue(output)} written; mlsg inspect {given.GetValue(output)} says what it reads.");
            tool.Fact("output", given.GetValue(output));
            tool.Code(() => GeneratedCode.OfExport(given.GetRequiredValue(model), given.GetRequiredValue(output)));
        });
        return command;
    }
}
