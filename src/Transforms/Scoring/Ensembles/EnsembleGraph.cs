using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>Writes the graphs of models side by side, over the same inputs, with the mean of their scores behind them.</summary>
internal static class EnsembleGraph
{
    /// <param name="members">The models, which agree.</param>
    /// <param name="verification">How it was compared with them; null before that.</param>
    internal static byte[] Write(IReadOnlyList<ModelFile> members, ModelVerification? verification)
    {
        ModelProto[] models = [.. members.Select(member => member.Parse())];
        var opset = models.Max(ModelOpset.Of);
        foreach (var model in models.Where(model => ModelOpset.Of(model) < opset))
            ModelOpset.Change(model, opset);
        var first = members[0].Info;
        var inputs = models[0].Graph.Input.Select(input => input.Name).ToHashSet();
        for (var i = 1; i < models.Length; i++)
        {
            HashSet<string> alone = [.. models[i].Graph.Input.Select(input => input.Name)];
            alone.SymmetricExceptWith(inputs);
            if (alone.Count > 0)
                throw new ArgumentException(FormattableString.Invariant($"Member {i + 1} and member 1 don't both have the input ")
                    + $"'{alone.First()}': one of them takes batches of sequences of one length only.");
        }
        var info = first with
        {
            Inputs = [.. first.Inputs.Select((input, i) => input with
            {
                Scaling = members.All(member => member.Info.Inputs[i].Scaling == input.Scaling) ? input.Scaling : null,
                MaximumLength = members.Min(member => member.Info.Inputs[i].MaximumLength),
            })],
            VectorSize = 0, HasAttention = false, HasPoolingAttention = false, Verification = verification,
        };
        info = info.WithTensors(first.InputTensors!.Select(tensor => new TensorInfo(tensor.Name, tensor.Type,
                [.. tensor.Shape.Select((dim, axis) => Known(members, tensor.Name, axis) ?? dim)])),
            first.OutputTensors!.Where(tensor => Outputs(info.Task).Contains(tensor.Name)).Select(tensor =>
                new TensorInfo(tensor.Name, tensor.Type, tensor.Shape)));
        var whole = models[0];
        var outputs = whole.Graph.Output.Where(output => Outputs(info.Task).Contains(output.Name)).ToArray();
        for (var i = 0; i < models.Length; i++)
            Rename(models[i].Graph, FormattableString.Invariant($"member_{i + 1}/"), inputs);
        foreach (var other in models.Skip(1))
        {
            whole.Graph.Node.Add(other.Graph.Node);
            whole.Graph.Initializer.Add(other.Graph.Initializer);
            foreach (var import in other.OpsetImport.Where(import => whole.OpsetImport.All(one => one.Domain != import.Domain)))
                whole.OpsetImport.Add(import);
        }
        whole.Graph.Output.Clear();
        whole.Graph.Output.Add(outputs);
        whole.Graph.ValueInfo.Clear();
        Average(whole.Graph, info.Task, models.Length);
        Narrow(whole.Graph, info.InputTensors!);
        ProtoGraph.DropUnread(whole.Graph);
        return ExportedModel.ToBytes(whole, info);
    }

    private static string[] Outputs(ModelTask task) => task switch
    {
        ModelTask.Binary => [ModelFormat.Score, ModelFormat.Probability, ModelFormat.PredictedLabel],
        ModelTask.Regression or ModelTask.StepRegression => [ModelFormat.Score],
        _ => [ModelFormat.Score, ModelFormat.PredictedLabel],
    };

    // A size that one member fixes holds for all.
    private static Dim? Known(IReadOnlyList<ModelFile> members, string input, int axis)
    {
        Dim[] known = [.. members.Select(member => member.Info.InputTensors!.First(tensor => tensor.Name == input).Shape[axis])
            .Where(dim => dim.IsKnown).Distinct()];
        return known.Length == 0 ? default(Dim?) : known.Length == 1 ? known[0] : throw new ArgumentException(
            $"The members read '{input}' of sizes {string.Join(" and ", known)}; expected the same size.");
    }

    private static void Average(GraphProto graph, ModelTask task, int count)
    {
        NodeProto Node(string type, string output, params string[] inputs)
        {
            var node = new NodeProto { Name = $"{type.ToLowerInvariant()}_of_mean", OpType = type };
            node.Input.Add(inputs);
            node.Output.Add(output);
            graph.Node.Add(node);
            return node;
        }
        void Number(string name, float value) => graph.Initializer.Add(new TensorProto
        {
            Name = name, DataType = (int)ElementType.Float, FloatData = { value },
        });
        // Not Mean, which some devices lack.
        Number("share_of_member", 1f / count);
        Node("Sum", "sum_of_members", [.. Enumerable.Range(1, count).Select(i =>
            FormattableString.Invariant($"member_{i}/{ModelFormat.Score}"))]);
        Node("Mul", ModelFormat.Score, "sum_of_members", "share_of_member");
        if (task is ModelTask.Classification or ModelTask.Tagging)
        {
            var best = Node("ArgMax", ModelFormat.PredictedLabel, ModelFormat.Score);
            best.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = -1 });
            best.Attribute.Add(new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        }
        else if (task == ModelTask.Binary)
        {
            Node("Sigmoid", ModelFormat.Probability, ModelFormat.Score);
            Number("zero_of_mean", 0);
            Node("Greater", ModelFormat.PredictedLabel, ModelFormat.Score, "zero_of_mean");
        }
    }

    private static void Narrow(GraphProto graph, IReadOnlyList<ModelTensor> inputs)
    {
        foreach (var input in graph.Input)
            if (inputs.FirstOrDefault(tensor => tensor.Name == input.Name) is { } tensor)
                for (var axis = 0; axis < tensor.Shape.Rank; axis++)
                    if (tensor.Shape[axis].IsKnown)
                        input.Type.TensorType.Shape.Dim[axis].DimValue = tensor.Shape[axis].Size;
    }

    // Values of loops' bodies too; inputs keep their names, which all members share.
    private static void Rename(GraphProto graph, string prefix, HashSet<string> inputs, bool isBody = false)
    {
        string New(string name) => name.Length == 0 || inputs.Contains(name) ? name : prefix + name;
        static void Replace(IList<string> names, Func<string, string> change)
        {
            for (var i = 0; i < names.Count; i++)
                names[i] = change(names[i]);
        }
        foreach (var node in graph.Node)
        {
            node.Name = node.Name.Length == 0 ? "" : prefix + node.Name;
            Replace(node.Input, New);
            Replace(node.Output, New);
            foreach (var attribute in node.Attribute)
            {
                if (attribute.G is not null)
                    Rename(attribute.G, prefix, inputs, isBody: true);
            }
        }
        foreach (var tensor in graph.Initializer)
            tensor.Name = New(tensor.Name);
        if (!isBody)
            return;
        foreach (var value in graph.Input.Concat(graph.Output).Concat(graph.ValueInfo))
            value.Name = New(value.Name);
    }
}
