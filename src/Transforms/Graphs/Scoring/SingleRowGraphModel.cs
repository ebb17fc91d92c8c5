using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A graph model in the form that ML.NET's OnnxTransformer can run, which feeds one row at a time and allows one unknown dimension per
/// input: nodes put in front turn the columns into the model's inputs, as <see cref="SingleRowModel"/> does for sequences.
/// </summary>
internal static class SingleRowGraphModel
{
    private const string Prefix = "mlseqgraph.";

    // The type of keys in ML.NET; 12 is ONNX's number for it.
    private const ElementType UInt32 = (ElementType)12;

    /// <summary>Saves the model as a chain of ML.NET's own transformers. It writes the context's one component.</summary>
    internal static void Save(ModelSaveContext context, byte[] bytes, ModelInfo info, GraphColumns columns, BadRows badRows)
    {
        var model = ModelReader.Read("The ONNX model", () => new MemoryStream(bytes, writable: false));
        List<OnnxTransformerChain.Input> inputs = [];
        void Add(string input, string? column, ElementType type, PrimitiveDataViewType item, long[] sizes)
        {
            if (column is null)
                return;
            AddInput(model.Graph, input, type, sizes);
            inputs.Add(new(Prefix + input, column, new VectorDataViewType(item)));
        }
        var graph = model.Graph;
        SingleRowModel.KeepSignature(model, badRows);
        model.MetadataProps.Add(new StringStringEntryProto
        {
            Key = SingleRowModel.ColumnsKey, Value = JsonSerializer.Serialize(columns, ModelInfo.Json),
        });
        var takesNumbers = graph.Input.Any(input => input.Name == "graph_index")
            && graph.Initializer.All(tensor => tensor.Name != "graph_index");
        var read = graph.Input.Select(input => input.Name).ToHashSet();
        graph.Input.Clear();
        if (takesNumbers)
            AddGraphNumbers(graph); // what gives x will stand before
        Add("x", columns.NodeFeaturesColumnName, ElementType.Float, NumberDataViewType.Single, [-1, info.Input.FeatureCount]);
        Add("edge_index", columns.EdgesColumnName, ElementType.Int32, NumberDataViewType.Int32, [2, -1]);
        Add("edge_attr", columns.EdgeFeaturesColumnName, ElementType.Float, NumberDataViewType.Single,
            [-1, Math.Max(1, info.Graph!.EdgeFeatureCount)]);
        Add("edge_weight", columns.EdgeWeightsColumnName, ElementType.Float, NumberDataViewType.Single, [-1]);
        Add("edge_type", columns.EdgeRelationsColumnName, UInt32,
            new KeyDataViewType(typeof(uint), Math.Max(1, info.Graph!.RelationCount)), [-1]);
        foreach (var side in info.Sides)
        {
            SingleRowModel.AddInput(graph, side, side.LengthsName is { } lengths && read.Contains(lengths));
            inputs.Add(new(SingleRowModel.InputOf(side), side.Column, OnnxTransformerChain.TypeOf(side)));
        }
        graph.Output.Clear();
        SingleRowModel.AddOutputs(graph, info.Task, info.Outputs, info.VectorSize, info.IsOfNodesInGraphs, info.Attentions);
        if (ScoreColumns.SlotsOf(info.Task, info.Labels, info.Outputs) is { } slots)
            SingleRowModel.AddSlotNames(model, slots);
        OnnxTransformerChain.Save(context, model, info.Task, info.Labels, inputs);
    }

    /// <summary>The columns that a model of this form reads.</summary>
    /// <exception cref="InvalidDataException">It doesn't say.</exception>
    internal static GraphColumns ColumnsOf(ModelProto row, string name)
    {
        var metadata = row.MetadataProps.ToLookup(entry => entry.Key, entry => entry.Value)
            .ToDictionary(entries => entries.Key, entries => entries.First());
        return ModelInfo.Entry<GraphColumns>(metadata, name, SingleRowModel.ColumnsKey)
            ?? throw new InvalidDataException($"{name}: the metadata '{SingleRowModel.ColumnsKey}' is missing.");
    }

    // A row is one graph: all nodes belong to graph 0. Older files have that as a default.
    private static void AddGraphNumbers(GraphProto graph)
    {
        const string Nodes = Prefix + "graph_index/nodes";
        var zeros = SingleRowModel.Node("ConstantOfShape", "graph_index", Nodes);
        zeros.Attribute.Add(new AttributeProto
        {
            Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = OnnxWriter.WriteTensor(TensorData.Vector(0L), ""),
        });
        graph.Node.Insert(0, SingleRowModel.Size(Nodes, ModelFormat.NodeFeatures, 0));
        graph.Node.Insert(1, zeros);
    }

    // The column, a row of numbers, in the input's shape and type.
    private static void AddInput(GraphProto graph, string input, ElementType type, long[] sizes)
    {
        graph.Input.Add(SingleRowModel.Tensor(Prefix + input, (int)type, SingleRowModel.Fixed(1), SingleRowModel.Open(input + "_numbers")));
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector(sizes), Prefix + input + "/sizes"));
        if (type == ElementType.Float)
        {
            graph.Node.Insert(0, SingleRowModel.Node("Reshape", input, Prefix + input, Prefix + input + "/sizes"));
            return;
        }
        graph.Node.Insert(0, SingleRowModel.Node("Reshape", Prefix + input + "/whole", Prefix + input, Prefix + input + "/sizes"));
        if (type != UInt32)
        {
            graph.Node.Insert(1, SingleRowModel.Cast(input, Prefix + input + "/whole"));
            return;
        }
        // keys count from 1, relations from 0
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(1L), Prefix + input + "/one"));
        graph.Node.Insert(1, SingleRowModel.Cast(Prefix + input + "/keys", Prefix + input + "/whole"));
        graph.Node.Insert(2, SingleRowModel.Node("Sub", input, Prefix + input + "/keys", Prefix + input + "/one"));
    }
}
