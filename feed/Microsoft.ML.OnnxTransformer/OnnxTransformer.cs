using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Transforms.Onnx;

// What ML.NET's OnnxTransformer does, and this one does alike, so that a model that works here works there
// --------------------------------------------------------------------------------------------------------
// The model
//   * It is a file, opened for as long as the transformer lives. A stream (which must be seekable) or the bytes of a saved model
//     are written to a file below the environment's TempFilePath first. Saving reads the file again: it must still be there.
//   * Every graph input and output must be a tensor with a shape, and no input, output or initializer may be of a type ML.NET
//     lacks: no float16, no bfloat16.
//   * Inputs and outputs named "mlnet.….unusedInput" / "….unusedOutput" are left out.
//   * Without column names, the inputs are those without an initializer, in the model's order, and the outputs are all.
//     Column names are the names of the model's inputs and outputs, in any order; a subset of the outputs is fine.
// Inputs
//   * Shapes come from the session (unknown is -1) or, instead, from the shape dictionary, whose shapes must agree with the model's
//     where both are known. An unknown first dimension becomes 1, a shape without dimensions [1], and at most one other
//     dimension may be unknown.
//   * A column's item type must be the input's; int32 does not become int64. Only keys are offered as their raw type.
//   * A scalar column is always fed as [1, 1], a vector of fixed size as the input's shape: its length must be a multiple of the
//     shape's product for the schema to be accepted, and equal to it to run. So a fixed vector needs a shape that is all known.
//   * A vector of variable size fits only a shape with one unknown dimension besides the first; that dimension becomes
//     length / (product of the others). With all dimensions known the schema is accepted and the first row throws.
//     In particular it cannot feed [N] (the first dimension is 1), only [1, N].
//   * An input with an initializer of the same name can be a column of a transformer fitted by itself, but an estimator's
//     GetOutputSchema rejects it, and a chain asks that.
// Outputs
//   * Types come from the model file: a shape that is all known, its first dimension 1 where that is not, makes a vector of these
//     dimensions; any other unknown dimension a vector of variable size. A value is handed out flat, whatever its size.
//     So an output [N] of unknown N is declared as a vector of size 1, which nothing that checks its size accepts.
//   * A shape without dimensions makes a scalar column whose value cannot be read.
//   * A column is named as its output without ".output" at its end. It has slot names if the graph holds a node named
//     "mlnet.<column>.SlotNames" with an attribute "keys_strings".
// Running
//   * One row a Run, for all active outputs together; a row's outputs are kept until its Position changes, so two rows with one
//     Position get the same values. Any active output needs all the input columns.
//   * A GPU is asked for by MLContext.GpuDeviceId or the method's argument; falling back to the CPU follows an OnnxRuntimeException
//     only, not the EntryPointNotFoundException that the native library for the CPU alone gives. A saved model does not remember the device: it takes the loading environment's.
// Not here: sequences and maps as outputs.

/// <summary>Runs an ONNX model on each row.</summary>
public sealed class OnnxTransformer : RowToRowTransformerBase, IDisposable
{
    private const string ModelEntry = "OnnxModel";
    private readonly KeyValuePair<string, int[]>[] _shapes;
    private readonly int _recursionLimit;

    internal OnnxTransformer(IHostEnvironment env, string[] outputColumns, string[] inputColumns, OnnxModelSource source,
        OnnxModelSettings settings, IDictionary<string, int[]> shapes, int recursionLimit)
        : base(env, nameof(OnnxTransformer))
    {
        CheckNames(outputColumns, nameof(OnnxOptions.OutputColumns));
        CheckNames(inputColumns, nameof(OnnxOptions.InputColumns));
        _shapes = shapes?.ToArray() ?? [];
        _recursionLimit = recursionLimit;
        try
        {
            Model = new OnnxModel(env, source, settings, _shapes.ToDictionary());
        }
        catch (OnnxRuntimeException exception)
        {
            throw new InvalidOperationException($"Error initializing model :{exception}", exception);
        }
        Inputs = inputColumns.Length == 0 ? Model.Inputs.Select(input => input.Name).ToArray() : inputColumns;
        Outputs = outputColumns.Length == 0 ? Model.Outputs.Select(output => output.Name).ToArray() : outputColumns;
        OutputTypes = Outputs.Select(name => Model.GetOutput(name).ColumnType).ToArray();
    }

    internal OnnxModel Model { get; }

    internal string[] Inputs { get; }

    internal string[] Outputs { get; }

    internal DataViewType[] OutputTypes { get; }

    private static void CheckNames(string[] names, string parameter)
    {
        Contracts.CheckValue(names, parameter);
        foreach (string name in names)
            Contracts.CheckParam(!string.IsNullOrWhiteSpace(name), parameter, $"{parameter} cannot be null or white space");
    }

    private protected override RowMapping MakeMapping(DataViewSchema inputSchema) => new OnnxMapping(this, inputSchema);

    private protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetLoader(typeof(OnnxTransformer));
        byte[] model = File.ReadAllBytes(Model.Path);
        ctx.SaveBinaryStream(ModelEntry, writer =>
        {
            writer.Write(model.Length);
            writer.Write(model);
        });
        WriteNames(ctx.Writer, Inputs);
        WriteNames(ctx.Writer, Outputs);
        ctx.Writer.Write(_shapes.Length);
        foreach (var (name, shape) in _shapes)
        {
            ctx.Writer.Write(name);
            ctx.Writer.Write(shape.Length);
            foreach (int dimension in shape)
                ctx.Writer.Write(dimension);
        }
        ctx.Writer.Write(_recursionLimit);
    }

    internal static OnnxTransformer Load(IHostEnvironment env, ModelLoadContext ctx)
    {
        byte[] model = null;
        if (!ctx.TryLoadBinaryStream(ModelEntry, reader => model = reader.ReadBytes(reader.ReadInt32())))
            throw new FormatException("The saved model lacks its ONNX model.");
        string[] inputs = ReadNames(ctx.Reader), outputs = ReadNames(ctx.Reader);
        var shapes = new Dictionary<string, int[]>();
        for (int count = ctx.Reader.ReadInt32(); count > 0; count--)
        {
            string name = ctx.Reader.ReadString();
            var shape = new int[ctx.Reader.ReadInt32()];
            for (int i = 0; i < shape.Length; i++)
                shape[i] = ctx.Reader.ReadInt32();
            shapes[name] = shape;
        }
        int recursionLimit = ctx.Reader.ReadInt32();
        var device = env as IHostEnvironmentInternal;
        var settings = new OnnxModelSettings(device?.GpuDeviceId, device?.FallbackToCpu ?? false, null, null);
        return new OnnxTransformer(env, outputs, inputs, OnnxModelSource.Temporary(env, new MemoryStream(model)), settings, shapes, recursionLimit);
    }

    private static void WriteNames(BinaryWriter writer, string[] names)
    {
        writer.Write(names.Length);
        foreach (string name in names)
            writer.Write(name);
    }

    private static string[] ReadNames(BinaryReader reader)
    {
        var names = new string[reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
            names[i] = reader.ReadString();
        return names;
    }

    public void Dispose() => Model.Dispose();
}
