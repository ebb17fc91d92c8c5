using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

// Inputs that rows may lack. A row that lacks all of them can't be scored, nor one that has some NaN among its numbers.
internal static partial class SingleRowModel
{
    // [1] Int64: 1 where the row has the input, else 0.
    private static string PresenceOf(ModelInput input) => $"{Prefix}{input.InputName}/present";

    private static string Partial(ModelInput input) => $"{Prefix}{input.InputName}/partial";

    // Stands in front of the guards, which rename what gives the input.
    private static void AddPresence(GraphProto graph, ModelInput input)
    {
        string own = PresenceOf(input) + "/", read = input.InputName;
        int at = 0;
        while (!graph.Node[at].Output.Contains(read))
            at++;
        List<NodeProto> nodes = [];
        string Append(NodeProto node)
        {
            nodes.Add(node);
            return node.Output[0];
        }

        string CountOf(string name, string truths)
        {
            var sum = Node("ReduceSum", own + name + "_sum", Append(Cast(own + name + "_ones", truths)));
            sum.Attribute.Add(new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
            return Append(Node("Reshape", own + name, Append(sum), One));
        }

        if (input.Kind.IsReal())
        {
            string missing = Append(Node("IsNaN", own + "is_nan", read));
            string numbers = CountOf("numbers", Append(Node("Not", own + "is_number", missing)));
            Append(Node("Min", Partial(input), numbers, CountOf("nans", missing)));
            Append(Node("Min", PresenceOf(input), numbers, One));
        }
        else
        {
            Append(Node("Min", PresenceOf(input), CountOf("known", Append(Node("Greater", own + "is_known", read, None))), One));
        }

        for (int i = 0; i < nodes.Count; i++)
            graph.Node.Insert(at + 1 + i, nodes[i]);
    }

    /// <summary>The nodes that count faults: 1 where a row lacks all inputs, and the numbers of those that have some NaN.</summary>
    private static string AddNonePresent(GraphProto graph, IReadOnlyList<ModelInput> inputs)
    {
        string own = Prefix + "all_missing/";
        graph.Node.Add(Node("Max", own + "present", [.. inputs.Select(PresenceOf)]));
        graph.Node.Add(Node("Sub", own + "missing", One, own + "present"));
        string faults = own + "missing";
        foreach (var input in inputs.Where(input => input.Kind.IsReal()))
        {
            graph.Node.Add(Node("Add", Partial(input) + "_and_others", faults, Partial(input)));
            faults = Partial(input) + "_and_others";
        }

        return faults;
    }
}
