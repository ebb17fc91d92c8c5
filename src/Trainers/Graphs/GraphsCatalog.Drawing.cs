using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

// Pictures of graphs.
public sealed partial class GraphsCatalog
{
    /// <summary>
    /// Draws the nodes of a view and the edges between them as an SVG file: any model's result in one call, colored by what was predicted
    /// unless <see cref="GraphDrawingOptions.ColorColumnName"/> names another column. Up to 10,000 nodes, of more a sample where asked for.
    /// </summary>
    /// <param name="nodes">A node per row, such as what a model's <c>Transform</c> gives.</param>
    /// <param name="edges">The edges between the rows of the view.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Layout, colors and title; null for the defaults.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">There are no nodes, or too many, or a row isn't an edge between them.</exception>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void Draw(IDataView nodes, GraphEdgeColumns edges, string path, GraphDrawingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentNullException.ThrowIfNull(edges);
        ArgumentException.ThrowIfNullOrEmpty(path);
        GraphDrawing.Write(path, nodes, edges, options ?? new());
    }
}
