using Google.Protobuf;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Takes the last window of a sequence with ML.NET's OnnxTransformer, which any program can load. It is also the one stock transformer
/// whose output has a known size where its input has none.
/// <code>
/// sequence [1, values] ─ Reshape [steps, features] ─ Slice: the last steps ─ Reshape [window steps, features]
/// </code>
/// </summary>
internal static class LastWindowModel
{
    private const string Input = SavedChain.Prefix + "sequence", Output = SavedChain.Prefix + "window";

    /// <summary>Saves the chain. It writes the context's one component.</summary>
    public static void Save(ModelSaveContext context, WindowCuttingEstimator.Options options, DataViewSchema.Column source, int width)
    {
        // OnnxTransformer reads the model file again when it is saved.
        var path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.onnx");
        try
        {
            using (var stream = File.Create(path))
                Build(options.WindowSteps, source, width).WriteTo(stream);
            var columns = new DataViewSchema.Builder();
            columns.AddColumn(source.Name, source.Type);
            var chain = new SavedChain(columns.ToSchema());
            chain.Add(chain.Transforms.CopyColumns(Input, source.Name));
            chain.Add(chain.Transforms.ApplyOnnxModel([Output], [Input], path));
            chain.Add(chain.Transforms.CopyColumns(options.OutputColumnName, Output));
            using var transformer = chain.ToTransformer();
            ((ICanSaveModel)transformer).Save(context);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static ModelProto Build(int window, DataViewSchema.Column source, int width)
    {
        var item = ((VectorDataViewType)source.Type).ItemType.RawType;
        var type = (int)(item == typeof(float) ? ElementType.Float : item == typeof(int) ? ElementType.Int32 : ElementType.Int64);
        var graph = new GraphProto { Name = "lastWindow" };
        graph.Input.Add(Tensor(Input, type, new() { DimValue = 1 }, new() { DimParam = "values" }));
        long[] sizes = item == typeof(float) ? [window, width] : [window];
        graph.Output.Add(Tensor(Output, type, [.. sizes.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size })]));
        AddConstant("steps", -1, width);
        AddConstant("from", -window);
        AddConstant("to", long.MaxValue);
        AddConstant("axis", 0);
        AddConstant("sizes", sizes);
        // The node's name is the message: ONNX Runtime's error for a sequence that doesn't fit says little else.
        var place = $"Column '{source.Name}'";
        AddNode("Reshape", $"{place}: expected a multiple of {width} values, the features of a step", "byStep", Input, "steps");
        AddNode("Slice", "last steps", "last", "byStep", "from", "to", "axis");
        AddNode("Reshape", $"{place}: expected at least {window} steps for a window", Output, "last", "sizes");
        return new() { IrVersion = 8, ProducerName = "MLSeqGraph", Graph = graph,
            OpsetImport = { new OperatorSetIdProto { Version = 18 } } };

        void AddConstant(string name, params long[] values) =>
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector(values), name));

        void AddNode(string opType, string name, string output, params string[] inputs) =>
            graph.Node.Add(new NodeProto { OpType = opType, Name = name, Input = { inputs }, Output = { output } });
    }

    private static ValueInfoProto Tensor(string name, int type, params TensorShapeProto.Types.Dimension[] dims) =>
        new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() { Dim = { dims } } } } };
}
