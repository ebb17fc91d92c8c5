using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>Puts what a pipeline does before its model, and the names of its classes, into the model's file.</summary>
internal static class PipelineFile
{
    /// <summary>Output: the likeliest class as a number, where <see cref="ModelFormat.PredictedLabel"/> is its name.</summary>
    internal const string PredictedClass = "PredictedClass";

    private const string Prefix = "prepare/";
    private const int TextOpset = 20;

    /// <summary>The model's file with the preparation in front and labels behind.</summary>
    /// <exception cref="NotSupportedException">A column is called as an output of the model.</exception>
    internal static ModelProto Write(byte[] bytes, ModelInfo info, PreparationGraph preparation)
    {
        var model = ModelReader.Read("The model", () => new MemoryStream(bytes, writable: false));
        var graph = model.Graph;
        foreach (var input in preparation.Inputs)
        {
            if (graph.Output.Any(output => output.Name == input.Column) || input.Column == PredictedClass)
                throw new NotSupportedException(
                    $"The column '{input.Column}' of the pipeline is called as an output of its model: rename it.");
            if (!preparation.Provided.Contains(input.Column))
                Rename(graph, input.Column, Prefix + "of_model/" + input.Column);
        }
        foreach (var provided in preparation.Provided)
            Rename(graph, provided, PreparationGraph.Given + provided);
        Prepend(model, preparation);
        if (info.Labels is { Values: { } values } && info.Task.HasClasses())
            AddLabels(graph, info, values, preparation);
        return model;
    }

    private static void Prepend(ModelProto model, PreparationGraph preparation)
    {
        if (preparation.Inputs.Count == 0)
            return;
        var written = OnnxWriter.Write(preparation.Graph);
        var (graph, front) = (model.Graph, written.Graph);
        var kept = front.Input.Concat(front.Output).Select(value => value.Name).ToHashSet();
        foreach (var name in Names(front).Distinct().Where(name => !kept.Contains(name)).ToArray())
            Rename(front, name, Prefix + name);
        foreach (var node in front.Node)
            node.Name = Prefix + node.Name;
        foreach (var given in graph.Input.Where(input => front.Output.Any(output => output.Name == input.Name)).ToArray())
            graph.Input.Remove(given);
        Insert(graph.Input, front.Input);
        Insert(graph.Node, front.Node);
        graph.Initializer.AddRange(front.Initializer);
        if (front.Node.Any(node => ModelOpset.IsOf(node, TextOpset)) && ModelOpset.Of(model) < TextOpset)
            ModelOpset.Change(model, TextOpset);
        foreach (var needed in written.OpsetImport.Where(needed => model.OpsetImport.All(opset => opset.Domain != needed.Domain)))
            model.OpsetImport.Add(needed);
    }

    // All names that a graph gives to values, loops' bodies included.
    private static IEnumerable<string> Names(GraphProto graph) =>
    [
        .. graph.Input.Select(value => value.Name), .. graph.Initializer.Select(tensor => tensor.Name),
        .. graph.Node.SelectMany(node => node.Output.Where(name => name.Length > 0)
            .Concat(node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => Names(attribute.G)))),
    ];

    // The class stays under another name; the label is what stands at its place in the list. Past a row's tokens it is empty.
    private static void AddLabels(GraphProto graph, ModelInfo info, IReadOnlyList<string> values, PreparationGraph preparation)
    {
        const string Names = Prefix + "labels", Zero = Prefix + "padding", Empty = Prefix + "empty", Label = Prefix + "label",
            IsPadding = Prefix + "is_padding", IsZero = Prefix + "is_zero", IsToken = Prefix + "is_token", Ones = Prefix + "tokens",
            Left = Prefix + "tokens_left", Axis = Prefix + "time", None = Prefix + "none";
        Rename(graph, ModelFormat.PredictedLabel, PredictedClass);
        var tokens = info.Input.InputName;
        var (isFound, masks) = (info.Task == ModelTask.Alignment, info.Task == ModelTask.Tagging && info.Input.Padding is not null);
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector([.. values]), Names));
        if (isFound)
        {
            // Behind the labels that were found stands -1, which Gather takes for the last name.
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(0L), Zero));
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(""), Empty));
            graph.Node.Add(Node("Gather", Label, Names, PredictedClass));
            graph.Node.Add(Node("Less", IsPadding, PredictedClass, Zero));
            graph.Node.Add(Node("Where", ModelFormat.PredictedLabel, IsPadding, Empty, Label));
        }
        else
            graph.Node.Add(Node("Gather", masks ? Label : ModelFormat.PredictedLabel, Names, PredictedClass));
        if (masks)
        {
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(info.Input.Padding!.Value), Zero));
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(""), Empty));
            var read = preparation.Provided.Contains(tokens) ? PreparationGraph.Given + tokens : tokens;
            // A 0 with a token after it is an unknown word, and has a label: tokens from each step to the end are counted.
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(1), Axis));
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(0), None));
            graph.Node.Add(Node("Equal", IsZero, read, Zero));
            graph.Node.Add(Node("Not", IsToken, IsZero));
            graph.Node.Add(WithAttribute(Node("Cast", Ones, IsToken), "to", (int)ElementType.Int32));
            graph.Node.Add(WithAttribute(Node("CumSum", Left, Ones, Axis), "reverse", 1));
            graph.Node.Add(Node("Equal", IsPadding, Left, None));
            graph.Node.Add(Node("Where", ModelFormat.PredictedLabel, IsPadding, Empty, Label));
        }
        var predicted = graph.Output.First(output => output.Name == PredictedClass).Clone();
        predicted.Name = ModelFormat.PredictedLabel;
        predicted.Type.TensorType.ElemType = (int)ElementType.String;
        graph.Output.Add(predicted);
    }

    private static NodeProto Node(string opType, string output, params string[] inputs) =>
        new() { OpType = opType, Name = Prefix + "behind/" + output, Input = { inputs }, Output = { output } };

    private static NodeProto WithAttribute(NodeProto node, string name, long value)
    {
        node.Attribute.Add(new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value });
        return node;
    }

    private static void Insert<T>(Google.Protobuf.Collections.RepeatedField<T> into, IEnumerable<T> items)
    {
        T[] all = [.. items, .. into];
        into.Clear();
        into.AddRange(all);
    }

    // A value, wherever it is made or read, loops' bodies included.
    private static void Rename(GraphProto graph, string from, string to)
    {
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo).Where(value => value.Name == from))
            value.Name = to;
        foreach (var tensor in graph.Initializer.Where(tensor => tensor.Name == from))
            tensor.Name = to;
        foreach (var node in graph.Node)
        {
            Rename(node.Input, from, to);
            Rename(node.Output, from, to);
            foreach (var attribute in node.Attribute.Where(attribute => attribute.G is not null))
                Rename(attribute.G, from, to);
        }
    }

    private static void Rename(Google.Protobuf.Collections.RepeatedField<string> names, string from, string to)
    {
        for (var i = 0; i < names.Count; i++)
            if (names[i] == from)
                names[i] = to;
    }
}
