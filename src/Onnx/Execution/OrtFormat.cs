using System.Buffers.Binary;
using System.Text;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Reads the nodes out of a model in ONNX Runtime's own format, a FlatBuffer: a table starts with the distance back to its
/// list of field offsets; text and lists lie where the field's relative offset points.
/// </summary>
internal sealed class OrtFormat
{
    // field numbers of the format's tables
    private const int SessionModel = 1, ModelGraph = 7, GraphNodes = 2;
    private const int NodeName = 0, NodeOpType = 5, NodeProvider = 7, NodeAttributes = 10, AttributeGraph = 7;
    private readonly byte[] _data;
    private readonly List<PlacedNode> _nodes = [];

    private OrtFormat(byte[] data) => _data = data;

    /// <summary>The nodes, each loop's body after the loop.</summary>
    /// <exception cref="InvalidDataException">The bytes are not such a model.</exception>
    internal static IReadOnlyList<PlacedNode> ReadNodes(byte[] data)
    {
        if (data.Length < 8 || !data.AsSpan(4, 4).SequenceEqual("ORTM"u8))
            throw new InvalidDataException("The file is not in ONNX Runtime's format.");
        var reader = new OrtFormat(data);
        try
        {
            var model = reader.Table(reader.Field(reader.Follow(0), SessionModel));
            reader.AddNodes(reader.Table(reader.Field(model, ModelGraph)));
        }
        catch (ArgumentException)
        {
            throw new InvalidDataException("The file in ONNX Runtime's format points outside itself.");
        }
        return reader._nodes;
    }

    private void AddNodes(int graph)
    {
        foreach (var node in Tables(Field(graph, GraphNodes)))
        {
            _nodes.Add(new(Text(Field(node, NodeName)), Text(Field(node, NodeOpType)), Text(Field(node, NodeProvider))));
            foreach (var attribute in Tables(Field(node, NodeAttributes)))
                if (Field(attribute, AttributeGraph) is var body and > 0)
                    AddNodes(Follow(body));
        }
    }

    /// <summary>Position of a table's field; 0 if the table doesn't have it.</summary>
    private int Field(int table, int number)
    {
        var offsets = table - Int32(table);
        var slot = 4 + 2 * number;
        var offset = slot < UInt16(offsets) ? UInt16(offsets + slot) : 0;
        return offset == 0 ? 0 : table + offset;
    }

    private int Table(int field) =>
        field == 0 ? throw new InvalidDataException("The file in ONNX Runtime's format lacks a graph.") : Follow(field);

    private IEnumerable<int> Tables(int field)
    {
        if (field == 0)
            yield break;
        var list = Follow(field);
        for (int i = 0, count = Int32(list); i < count; i++)
            yield return Follow(list + 4 + 4 * i);
    }

    private string Text(int field)
    {
        if (field == 0)
            return "";
        var text = Follow(field);
        return Encoding.UTF8.GetString(_data.AsSpan(text + 4, Int32(text)));
    }

    private int Follow(int position) => position + Int32(position);

    private int Int32(int position) => BinaryPrimitives.ReadInt32LittleEndian(_data.AsSpan(position, 4));

    private int UInt16(int position) => BinaryPrimitives.ReadUInt16LittleEndian(_data.AsSpan(position, 2));
}
