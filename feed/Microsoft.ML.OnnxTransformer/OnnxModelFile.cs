using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>
/// What the file of a model says itself: the types of its inputs and outputs, which the session gives in part only, and slot
/// names. Numbers are the fields of ONNX's messages.
/// </summary>
internal sealed class OnnxModelFile
{
    public Dictionary<string, DataViewType> InputTypes { get; } = [];

    public Dictionary<string, DataViewType> OutputTypes { get; } = [];

    public Dictionary<string, string[]> SlotNames { get; } = [];

    public static OnnxModelFile Read(string path)
    {
        var file = new OnnxModelFile();
        var model = new ProtoReader(File.ReadAllBytes(path));
        while (model.Next())
        {
            if (model.Field == 7) // ModelProto.graph
                file.ReadGraph(model.Message());
        }
        return file;
    }

    private void ReadGraph(ProtoReader graph)
    {
        while (graph.Next())
        {
            switch (graph.Field)
            {
                case 1: // node
                    ReadNode(graph.Message());
                    break;
                case 5: // initializer
                    CheckInitializer(graph.Message());
                    break;
                case 11: // input
                    ReadVariable(graph.Message(), InputTypes);
                    break;
                case 12: // output
                    ReadVariable(graph.Message(), OutputTypes);
                    break;
            }
        }
    }

    // NodeProto: a node "mlnet.<column>.SlotNames" holds the names in its attribute "keys_strings".
    private void ReadNode(ProtoReader node)
    {
        const string Prefix = "mlnet.", Suffix = ".SlotNames";
        string name = "";
        string[] keys = null;
        while (node.Next())
        {
            if (node.Field == 3)
                name = node.Text();
            else if (node.Field == 5 && ReadStrings(node.Message(), "keys_strings") is { } strings)
                keys = strings;
        }
        if (keys is not null && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            SlotNames.TryAdd(name[Prefix.Length..^Suffix.Length], keys);
    }

    private static string[] ReadStrings(ProtoReader attribute, string wanted)
    {
        string name = "";
        var strings = new List<string>();
        while (attribute.Next())
        {
            if (attribute.Field == 1)
                name = attribute.Text();
            else if (attribute.Field == 9)
                strings.Add(attribute.Text());
        }
        return name == wanted ? [.. strings] : null;
    }

    private static void CheckInitializer(ProtoReader tensor)
    {
        while (tensor.Next())
        {
            if (tensor.Field == 2) // data_type
                _ = OnnxTypes.ItemType((int)tensor.Number());
        }
    }

    private static void ReadVariable(ProtoReader variable, Dictionary<string, DataViewType> types)
    {
        string name = "";
        DataViewType type = null;
        while (variable.Next())
        {
            if (variable.Field == 1)
                name = variable.Text();
            else if (variable.Field == 2)
                type = ReadType(variable.Message());
        }
        types[name] = type ?? throw new NotSupportedException($"'{name}' of the ONNX model is no tensor with a shape.");
    }

    private static DataViewType ReadType(ProtoReader type)
    {
        DataViewType result = null;
        while (type.Next())
        {
            if (type.Field == 1) // tensor_type
                result = ReadTensorType(type.Message());
        }
        return result;
    }

    private static DataViewType ReadTensorType(ProtoReader tensor)
    {
        int elementType = 0;
        List<int> shape = null;
        while (tensor.Next())
        {
            if (tensor.Field == 1)
                elementType = (int)tensor.Number();
            else if (tensor.Field == 2)
                shape = ReadShape(tensor.Message());
        }
        return shape is null ? null : OnnxTypes.ColumnType(OnnxTypes.ItemType(elementType), shape);
    }

    private static List<int> ReadShape(ProtoReader shape)
    {
        var dimensions = new List<int>();
        while (shape.Next())
        {
            if (shape.Field != 1)
                continue;
            long size = 0; // stays 0 for a name and for nothing at all
            var dimension = shape.Message();
            while (dimension.Next())
            {
                if (dimension.Field == 1)
                    size = Math.Max(0, (long)dimension.Number());
            }
            dimensions.Add(checked((int)size));
        }
        return dimensions;
    }
}
