namespace MLSeqGraph.Onnx;

/// <summary>Disposes of what it was given, last first.</summary>
internal sealed class OwnedResources : IDisposable
{
    private readonly List<IDisposable> _resources = [];

    internal T Add<T>(T resource) where T : IDisposable
    {
        _resources.Add(resource);
        return resource;
    }

    public void Dispose()
    {
        for (var i = _resources.Count - 1; i >= 0; i--)
            _resources[i].Dispose();
        _resources.Clear();
    }
}
