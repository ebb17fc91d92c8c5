using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

// Scores nodes and graphs with deployed models, without the trainers.
public static partial class MLSeqGraphTransforms
{
    /// <summary>Scores a view that has a graph per row with a model file, many graphs at a time.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The ONNX file of a model of whole graphs.</param>
    /// <param name="columns">The columns of a graph; null for the column of features that the model was trained on, and
    /// <c>Edges</c>.</param>
    /// <param name="target">Where to run; null for the CPU.</param>
    /// <param name="badRows">What happens to rows that aren't graphs: an error, or a missing prediction.</param>
    /// <param name="acceptEdited">Whether a file is accepted whose content has another digest than its metadata says.</param>
    /// <param name="log">Is told how many rows of a view had no prediction, and of the first; null for nobody.</param>
    /// <exception cref="OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">The file is not a model of graphs of MLSeqGraph, or was changed since it was
    /// written.</exception>
    public static GraphScoringEstimator ApplyGraphModel(this TransformsCatalog catalog, string modelFile, GraphColumns? columns = null,
        ExecutionTarget? target = null, BadRows badRows = BadRows.Error, bool acceptEdited = false,
        Action<string>? log = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new(ModelFile.Read(modelFile, acceptEdited), columns, target, badRows, log);
    }

    /// <summary>Scores a view of nodes with a model file, over the edges between them.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="modelFile">The ONNX file of a model of nodes.</param>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="nodeIdColumnName">The column of nodes' ids, which edges name; null where they name row numbers.</param>
    /// <param name="featureColumnName">The column of features; null for the one that the model was trained on.</param>
    /// <param name="target">Where to run; null for the processor.</param>
    /// <param name="acceptEdited">Whether a file is accepted whose content has another digest than its metadata says.</param>
    /// <exception cref="ArgumentException">The edges are marked as directed and the file's are not, or the other way round.</exception>
    /// <exception cref="OnnxFileException">There is no such file, or it holds no whole ONNX model.</exception>
    /// <exception cref="InvalidDataException">The file is not a model of nodes of MLSeqGraph, or was changed since it was
    /// written.</exception>
    public static NodeScoringEstimator ApplyNodeModel(
        this TransformsCatalog catalog, string modelFile, GraphEdgeColumns edges, string? nodeIdColumnName = null,
            string? featureColumnName = null, ExecutionTarget? target = null, bool acceptEdited = false)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(edges);
        return new(ModelFile.Read(modelFile, acceptEdited), edges, nodeIdColumnName, featureColumnName, target);
    }
}
