using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>A <see cref="Kernel"/> as ONNX Runtime sees it: its structure of function pointers, followed by the kernel's number.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct CustomOperator
{
    private const int Required = 0, Optional = 1;

    // The order of the fields is the C header's.
    private uint _version;
    private readonly void* _createKernel;
    private delegate* unmanaged<CustomOperator*, IntPtr> _getName;
    private delegate* unmanaged<CustomOperator*, IntPtr> _getProvider;
    private delegate* unmanaged<CustomOperator*, nuint, int> _getInputType;
    private delegate* unmanaged<CustomOperator*, nuint> _getInputCount;
    private delegate* unmanaged<CustomOperator*, nuint, int> _getOutputType;
    private delegate* unmanaged<CustomOperator*, nuint> _getOutputCount;
    private readonly void* _compute;
    private delegate* unmanaged<IntPtr, void> _destroy;
    private delegate* unmanaged<CustomOperator*, nuint, int> _getInputCharacteristic, _getOutputCharacteristic, _getInputMemory;
    private fixed long _variadic[4];
    private delegate* unmanaged<CustomOperator*, OrtApi*, IntPtr, IntPtr*, IntPtr> _create;
    private delegate* unmanaged<IntPtr, IntPtr, IntPtr> _computeKernel;
    private fixed long _notUsed[7];
    private int _number;
    private IntPtr _name;

    /// <summary>Allocates the structure of a kernel. Sessions point to it: it lives as long as the process.</summary>
    internal static CustomOperator* Allocate(int number)
    {
        var op = (CustomOperator*)NativeMemory.AllocZeroed((nuint)sizeof(CustomOperator));
        op->_version = OrtNative.ApiVersion;
        op->_getName = &GetName;
        op->_getProvider = &GetProvider;
        op->_getInputType = &GetInputType;
        op->_getInputCount = &GetInputCount;
        op->_getOutputType = &GetOutputType;
        op->_getOutputCount = &GetOutputCount;
        op->_destroy = &Destroy;
        op->_getInputCharacteristic = &GetInputCharacteristic;
        op->_getOutputCharacteristic = &GetOutputCharacteristic;
        op->_getInputMemory = &GetInputMemory;
        op->_create = &Create;
        op->_computeKernel = &Compute;
        op->_number = number;
        op->_name = Marshal.StringToCoTaskMemUTF8(KernelTable.All[number].Name);
        return op;
    }

    private static Kernel Of(CustomOperator* op) => KernelTable.All[op->_number];

    [UnmanagedCallersOnly]
    private static IntPtr GetName(CustomOperator* op) => op->_name;

    [UnmanagedCallersOnly]
    private static IntPtr GetProvider(CustomOperator* op) => 0; // the processor

    [UnmanagedCallersOnly]
    private static int GetInputType(CustomOperator* op, nuint index) => (int)Of(op).Inputs[(int)index].Type;

    [UnmanagedCallersOnly]
    private static nuint GetInputCount(CustomOperator* op) => (nuint)Of(op).Inputs.Count;

    [UnmanagedCallersOnly]
    private static int GetOutputType(CustomOperator* op, nuint index) => (int)Of(op).Outputs[(int)index].Type;

    [UnmanagedCallersOnly]
    private static nuint GetOutputCount(CustomOperator* op) => (nuint)Of(op).Outputs.Count;

    [UnmanagedCallersOnly]
    private static int GetInputCharacteristic(CustomOperator* op, nuint index) =>
        Of(op).Inputs[(int)index].IsOptional ? Optional : Required;

    [UnmanagedCallersOnly]
    private static int GetOutputCharacteristic(CustomOperator* op, nuint index) =>
        Of(op).Outputs[(int)index].IsOptional ? Optional : Required;

    [UnmanagedCallersOnly]
    private static int GetInputMemory(CustomOperator* op, nuint index) => 0; // the provider's own

    [UnmanagedCallersOnly]
    private static IntPtr Create(CustomOperator* op, OrtApi* api, IntPtr info, IntPtr* kernel)
    {
        try
        {
            var body = Of(op).Bind(new KernelAttributes(info));
            *kernel = GCHandle.ToIntPtr(GCHandle.Alloc(new BoundKernel(Of(op), body)));
            return 0;
        }
        catch (Exception exception)
        {
            return KernelFailure.Status(Of(op), exception);
        }
    }

    [UnmanagedCallersOnly]
    private static IntPtr Compute(IntPtr handle, IntPtr context)
    {
        var bound = (BoundKernel)GCHandle.FromIntPtr(handle).Target!;
        try
        {
            using var run = new KernelRun(context);
            bound.Body(run);
            return 0;
        }
        catch (Exception exception)
        {
            return KernelFailure.Status(bound.Kernel, exception);
        }
    }

    [UnmanagedCallersOnly]
    private static void Destroy(IntPtr handle) => GCHandle.FromIntPtr(handle).Free();

    private sealed record BoundKernel(Kernel Kernel, KernelBody Body);
}
